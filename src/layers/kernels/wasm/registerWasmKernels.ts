/**
 * Adds to TensorFlow.js' WASM backend: kernels for training, clones that share memory, and faster slices and products of matrices.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D, Tensor5D } from '@tensorflow/tfjs'
import { registerMissingKernels } from '../../../core/tensors/missingKernels.js'
import { depthwiseFilterGradient, depthwiseImagesGradient, type Depthwise } from './depthwiseGradients.js'
import { filterGradient, type Convolved } from './filterGradient.js'
import { imagesGradient } from './imagesGradient.js'
import { maximumGradient, volumeMaximumGradient, type Pooled, type PooledVolumes } from './maxPoolGrad.js'
import { isPlain, matrixProducts, type Product } from './matrixProducts.js'
import { segmentSum } from './segmentSum.js'
import { SLICING } from './slices.js'
import { volumeFilterGradient, volumeGradient, type Convolved3 } from './volumeGradients.js'

const BACKEND = 'wasm'

/**
 * Registers the kernels that training needs on the WASM backend, so that models train there with correct gradients.
 *
 * - Missing gradients: of convolutions in their filters, of depthwise and separable convolutions, and of `tf.gather` (embeddings). Kernels of a newer
 *   TensorFlow.js are kept.
 * - Wrong gradients: of max pooling where all values of a window are negative, of 3-D convolution, and of 3-D max pooling.
 * - Clones share their memory, as on every other backend: a 50-megapixel image kept for a gradient is not copied.
 * - Slices, splits and concatenations are copied inside the backend's memory; its own kernels copy the whole tensor out for each part.
 * - Products of transposed matrices and of many matrices, such as gradients of dense layers, take a tenth of the time; so do the gradients of convolutions in their images, and
 *   transposed convolutions.
 *
 * Call it once, after importing the backend (before or after it starts), in Node or in a browser; `useFastestBackend` of perceptual-loss/node does it. Images are NHWC.
 *
 * Source: https://github.com/tensorflow/tfjs/issues/8474, the missing kernel.
 * @example registerWasmKernels(); await generator.fit(noise, images)
 */
export const registerWasmKernels = (): void => {
  OWN.forEach(replace)
  Object.entries(SLICING).forEach(([name, kernel]) => {
    replaceBut(name, kernel, isText)
  })
  replaceBut('BatchMatMul', (call) => matrixProducts(...pairOf(call)), (call) => isPlain(...pairOf(call))) // prettier-ignore
  registerMissingKernels('Conv2DBackpropFilter', ({ inputs, attrs }) => filterGradient(inputs['x'] as Tensor4D, inputs['dy'] as Tensor4D, nhwc(attrs)))
  registerMissingKernels('DepthwiseConv2dNativeBackpropInput', ({ inputs, attrs }) => {
    const { inputShape, ...convolved } = attrs as unknown as Depthwise & { readonly inputShape: Tensor4D['shape'] }
    return depthwiseImagesGradient(inputs['dy'] as Tensor4D, inputs['filter'] as Tensor4D, inputShape, convolved)
  })
  registerMissingKernels('DepthwiseConv2dNativeBackpropFilter', ({ inputs, attrs }) => {
    const { filterShape, ...convolved } = attrs as unknown as Depthwise & { readonly filterShape: Tensor4D['shape'] }
    return depthwiseFilterGradient(inputs['x'] as Tensor4D, inputs['dy'] as Tensor4D, filterShape, convolved)
  })
  registerMissingKernels('UnsortedSegmentSum', ({ inputs, attrs }) =>
    segmentSum(inputs['x'] as Tensor, inputs['segmentIds'] as Tensor1D, (attrs as unknown as { readonly numSegments: number }).numSegments),
  )
}

/** The backend's record of how many tensors use a buffer. */
interface Counting {
  readonly incRef: (dataId: object) => void
}

/** Kernels that take the place of the backend's own. */
const OWN: readonly tf.KernelConfig[] = [
  {
    // As its own Reshape does; its Identity copies.
    kernelName: 'Identity',
    backendName: BACKEND,
    kernelFunc: ({ inputs, backend }) => {
      const { dataId, shape, dtype } = inputs['x'] as Tensor4D
      ;(backend as Counting).incRef(dataId)
      return { dataId, shape, dtype }
    },
  },
  {
    kernelName: 'Conv2DBackpropInput',
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const { inputShape, ...convolved } = nhwc(attrs) as unknown as Convolved & { readonly inputShape: Tensor4D['shape'] }
      return imagesGradient(inputs['dy'] as Tensor4D, inputs['filter'] as Tensor4D, inputShape, convolved)
    },
  },
  {
    kernelName: 'MaxPoolGrad',
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => maximumGradient(inputs['dy'] as Tensor4D, inputs['input'] as Tensor4D, attrs as unknown as Pooled),
  },
  {
    kernelName: 'MaxPool3DGrad',
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => volumeMaximumGradient(inputs['dy'] as Tensor5D, inputs['input'] as Tensor5D, attrs as unknown as PooledVolumes),
  },
  {
    kernelName: 'Conv3DBackpropInputV2',
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const { inputShape, ...convolved } = attrs as unknown as Convolved3 & { readonly inputShape: Tensor5D['shape'] }
      return volumeGradient(inputs['dy'] as Tensor5D, inputs['filter'] as Tensor5D, inputShape, convolved)
    },
  },
  {
    kernelName: 'Conv3DBackpropFilterV2',
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const { filterShape, ...convolved } = attrs as unknown as Convolved3 & { readonly filterShape: Tensor5D['shape'] }
      return volumeFilterGradient(inputs['x'] as Tensor5D, inputs['dy'] as Tensor5D, filterShape, convolved)
    },
  },
]

/** Before the backend is imported there is nothing to replace: its kernels would take the place of these. */
const replace = (config: tf.KernelConfig): void => {
  const own = tf.getKernelsForBackend(BACKEND).find(({ kernelName }) => kernelName === config.kernelName)
  if (own === undefined || own === config) return
  tf.unregisterKernel(config.kernelName, BACKEND)
  tf.registerKernel(config)
}

const wrappers = new WeakSet<tf.KernelFunc>()

/** Puts a kernel in place of the backend's own, which stays for the calls that are `left` to it. */
const replaceBut = (kernelName: string, own: tf.KernelFunc, left: (call: Parameters<tf.KernelFunc>[0]) => boolean): void => {
  const stock = tf.getKernel(kernelName, BACKEND) as tf.KernelConfig | undefined
  if (stock === undefined || wrappers.has(stock.kernelFunc)) return
  const kernelFunc: tf.KernelFunc = (call) => (left(call) ? stock.kernelFunc(call) : own(call))
  wrappers.add(kernelFunc)
  tf.unregisterKernel(kernelName, BACKEND)
  tf.registerKernel({ ...stock, kernelFunc })
}

const isText: Parameters<typeof replaceBut>[2] = ({ inputs }) => Object.values(inputs).some((x) => (x as Tensor).dtype === 'string')

/** The pair of a product, and how it was asked for. */
const pairOf = ({ inputs, attrs }: Parameters<tf.KernelFunc>[0]): readonly [Tensor, Tensor, Product] => [
  inputs['a'] as Tensor,
  inputs['b'] as Tensor,
  attrs as unknown as Product,
]

const nhwc = (attrs: tf.NamedAttrMap | undefined): Convolved => {
  if (attrs?.['dataFormat'] === 'NCHW') throw new Error('The WASM backend supports only NHWC convolutions.')
  return attrs as unknown as Convolved
}
