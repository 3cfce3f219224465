/** The WebAssembly module with the kernels of networks. */
import type { Tensor4D } from '@tensorflow/tfjs'
import { simdModules, type SimdModule, type SimdModules } from '../../../core/tensors/simd/simdModule.js'
import { NETWORK_KERNELS } from './networkKernelBytes.js'

/** The kernels' names, as the C files export them. */
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

/** The output channels of a panel of weights (PANEL in core/tensors/simd/c/vectors.h). */
export const PANEL = 8

/** Whether the channels of a tensor fill vectors of four numbers, as most kernels need. */
export const fillsVectors = ({ shape }: Tensor4D): boolean => shape[3] % 4 === 0

/** For benchmarks: makes the backend in use run its own kernels instead of the module's. Networks that have run before keep the module's. */
export const withoutNetworkKernels = modules.leaveOut
