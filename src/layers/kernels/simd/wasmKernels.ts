/** The kernels of the WASM backend: those of our own WebAssembly module where the engine has SIMD, TensorFlow.js' own elsewhere. */
import { rectifying } from '../convolver.js'
import type { Kernels } from '../kernels.js'
import { convolveBy, convolverBy, fused, portable } from '../portable/portableKernels.js'
import { winograd } from '../portable/winograd.js'
import { winogradChannels } from '../portable/winogradForms.js'
import { fillsVectors, networkKernels, type NetworkKernels } from './networkKernels.js'
import { simdConvolver } from './simdConvolver.js'
import { simdMaxPoolGradient, simdOverlappingMaxGradient, simdReluGradient } from './simdGradients.js'
import { simdL2Pool, simdL2PoolGradient } from './simdL2Pool.js'
import { simdMaxPool } from './simdMaxPool.js'

/** Winograd's F(2, 3) by TensorFlow.js' kernels, whose time is that of the products; with few channels the sums around them take longer than is saved. */
const tiled: Kernels['convolver'] = (filter, bias, window) =>
  winogradChannels(filter, window) >= 16 ? rectifying(winograd(convolveBy(fused))(filter, bias)) : convolverBy(fused)(filter, bias, window)

/** Without the module: TensorFlow.js' kernels. */
const stock: Kernels = { ...portable, fastConvolver: tiled }

/** With the module. */
const simd = (module: NetworkKernels): Kernels => ({
  ...stock,
  comparesFields: ['fields', 'overlapping fields'],
  fastBefore: ['fields', 'overlapping fields'],
  convolver: (filter, bias, window) => simdConvolver(module, filter, bias, window, true) ?? convolverBy(fused)(filter, bias, window),
  fastConvolver: (filter, bias, window) => simdConvolver(module, filter, bias, window, false) ?? tiled(filter, bias, window),
  reluGradient: (dy, y) => simdReluGradient(module, dy, y),
  maxPool: (x, window) => simdMaxPool(module, x, window),
  maxPoolGradient: (dy, x, y, receptiveFields) => simdMaxPoolGradient(module, dy, x, y, receptiveFields),
  overlappingMaxGradient: (dy, x, y, window, receptiveFields) => simdOverlappingMaxGradient(module, dy, x, y, window, receptiveFields),
  l2Pooling: {
    value: (x) => (fillsVectors(x) ? simdL2Pool(module, x) : undefined),
    gradient: (dy, x, y) => (fillsVectors(x) ? simdL2PoolGradient(module, dy, x, y) : undefined),
  },
})

const known = new WeakMap<NetworkKernels, Kernels>()

/** The kernels of the WASM backend in use. */
export const wasmKernels = (): Kernels => {
  const module = networkKernels()
  if (module === undefined) return stock
  const kernels = known.get(module) ?? simd(module)
  known.set(module, kernels)
  return kernels
}
