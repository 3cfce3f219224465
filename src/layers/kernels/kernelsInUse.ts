/** The kernels of the backend in use. */
import * as tf from '@tensorflow/tfjs'
import type { Kernels } from './kernels.js'
import { nativeKernels } from './native/nativeKernels.js'
import { portable } from './portable/portableKernels.js'
import { wasmKernels } from './simd/wasmKernels.js'

/** Backends with kernels of their own, each in a folder of its own. */
const SPECIAL: ReadonlyMap<string, () => Kernels> = new Map([
  ['wasm', wasmKernels],
  ['tensorflow', nativeKernels],
])

/** The kernels of the backend in use; on WebGPU, WebGL and cpu those made of TensorFlow.js' own ops. */
export const kernels = (): Kernels => SPECIAL.get(tf.getBackend())?.() ?? portable
