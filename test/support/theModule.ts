/** The WebAssembly module of networks' kernels, on a backend that must have it. */
import { networkKernels, type NetworkKernels } from '../../src/layers/kernels/simd/networkKernels.js'

/** The module; throws where the backend in use does not run it. */
export const theModule = (): NetworkKernels => {
  const module = networkKernels()
  if (module === undefined) throw new Error('The module must run on the WASM backend.')
  return module
}
