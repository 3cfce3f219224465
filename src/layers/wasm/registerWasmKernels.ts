/**
 * What TensorFlow.js' WASM backend lacks: for training convolutions, and for pictures that should be in memory once.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { filterGradient, type Convolved } from './filterGradient.js'

const KERNEL = 'Conv2DBackpropFilter'
const BACKEND = 'wasm'

/**
 * Gives the WASM backend the gradient of a convolution in its filter, so that models with convolutions train there, too (a backend that has it is left as it is); and
 * clones that share their numbers, as on every other backend: what is kept for a gradient, a picture of 50 megapixels say, is then not copied.
 *
 * Call it once, before or after the backend starts, in Node or in a browser; `useFastestBackend` of perceptual-loss/node does it. Images are NHWC, without dilation,
 * as TensorFlow.js' own gradient asks for.
 *
 * Source: https://github.com/tensorflow/tfjs/issues/8474, the missing kernel.
 * @example registerWasmKernels(); await generator.fit(noise, images)
 */
export const registerWasmKernels = (): void => {
  shareClones()
  if (tf.getKernelsForBackend(BACKEND).some(({ kernelName }) => kernelName === KERNEL)) return
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => filterGradient(inputs['x'] as Tensor4D, inputs['dy'] as Tensor4D, nhwc(attrs)),
  })
}

/** The backend as far as it counts who uses a tensor's numbers. */
interface Counting {
  readonly incRef: (dataId: object) => void
}

/** As its own Reshape does; its Identity copies. */
const sharing: tf.KernelConfig = {
  kernelName: 'Identity',
  backendName: BACKEND,
  kernelFunc: ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs['x'] as Tensor4D
    ;(backend as Counting).incRef(dataId)
    return { dataId, shape, dtype }
  },
}

const shareClones = (): void => {
  const own = tf.getKernelsForBackend(BACKEND).find(({ kernelName }) => kernelName === sharing.kernelName)
  if (own === undefined || own === sharing) return
  tf.unregisterKernel(sharing.kernelName, BACKEND)
  tf.registerKernel(sharing)
}

const nhwc = (attrs: tf.NamedAttrMap | undefined): Convolved => {
  if (attrs?.['dataFormat'] === 'NCHW') throw new Error('The WASM backend has convolutions of NHWC images only.')
  return attrs as unknown as Convolved
}
