/** The WebAssembly module with the kernels of networks. */
import { simdModules, type SimdModule, type SimdModules } from '../../../core/tensors/simd/simdModule.js'
import { NETWORK_KERNELS } from './networkKernelBytes.js'

/** Their names. */
export type NetworkKernel =
  | 'firstLayer'
  | 'toThreeChannels'
  | 'winograd4'
  | 'winograd4Filter'
  | 'winograd5'
  | 'winograd5Filter'
  | 'reluGradient'
  | 'maxPool'
  | 'maxPoolGradient'
  | 'overlappingMaxGradient'
  | 'l2Pool'
  | 'l2PoolGradient'

/** The module in a backend's memory. */
export type NetworkKernels = SimdModule<NetworkKernel>

const modules: SimdModules<NetworkKernel> = simdModules(NETWORK_KERNELS)

/** The module for the backend in use, or undefined. */
export const networkKernels = modules.inUse

/** For comparing: from now on the backend in use runs its own kernels in place of the module's. Networks made before keep theirs. */
export const withoutNetworkKernels = modules.leaveOut
