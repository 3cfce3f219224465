/** Adds to TensorFlow.js' WASM backend the kernels that training needs. */
import type * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D, Tensor5D } from '@tensorflow/tfjs'
import { useFasterKernels } from '../../../core/tensors/wasm/fasterKernels.js'
import { replaceKernel } from '../../../core/tensors/wasm/replaceKernel.js'
import { registerMissingKernels } from '../../../core/tensors/missingKernels.js'
import { depthwiseFilterGradient, depthwiseImagesGradient, type Depthwise } from './depthwiseGradients.js'
import { filterGradient, type Convolved } from './filterGradient.js'
import { imagesGradient } from './imagesGradient.js'
import { maximumGradient, volumeMaximumGradient, type Pooled, type PooledVolumes } from './maxPoolGrad.js'
import { segmentSum } from './segmentSum.js'
import { volumeFilterGradient, volumeGradient, type Convolved3 } from './volumeGradients.js'

/**
 * Registers the kernels that training needs on the WASM backend, so that models train there with correct gradients.
 *
 * - Missing gradients: of convolutions in their filters, of depthwise and separable convolutions, and of `tf.gather` (embeddings). Kernels of a newer
 *   TensorFlow.js are kept.
 * - Wrong gradients: of max pooling where all values of a window are negative, of 3-D convolution, and of 3-D max pooling.
 * - Slow gradients: of convolutions in their images, and transposed convolutions, which take 0.16 to 0.53 of the time.
 * - What any compiled loss adds at its first call: faster arithmetic of single numbers, clones that share their memory, padding, slices and concatenations inside the backend's memory,
 *   faster products of transposed and of many matrices, such as the gradients of dense layers.
 *
 * Call it once, after importing the backend (before or after it starts), in Node or in a browser; `useFastestBackend` of perceptual-loss/node does it. Images are NHWC.
 *
 * Source: https://github.com/tensorflow/tfjs/issues/8474, the missing kernel.
 * @example registerWasmKernels(); await generator.fit(noise, images)
 */
export const registerWasmKernels = (): void => {
  useFasterKernels()
  for (const [name, kernel] of Object.entries(OWN)) replaceKernel(name, kernel)
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

/** Kernels that take the place of the backend's own. */
const OWN: Readonly<Record<string, tf.KernelFunc>> = {
  Conv2DBackpropInput: ({ inputs, attrs }) => {
    const { inputShape, ...convolved } = nhwc(attrs) as unknown as Convolved & { readonly inputShape: Tensor4D['shape'] }
    return imagesGradient(inputs['dy'] as Tensor4D, inputs['filter'] as Tensor4D, inputShape, convolved)
  },
  MaxPoolGrad: ({ inputs, attrs }) => maximumGradient(inputs['dy'] as Tensor4D, inputs['input'] as Tensor4D, attrs as unknown as Pooled),
  MaxPool3DGrad: ({ inputs, attrs }) => volumeMaximumGradient(inputs['dy'] as Tensor5D, inputs['input'] as Tensor5D, attrs as unknown as PooledVolumes),
  Conv3DBackpropInputV2: ({ inputs, attrs }) => {
    const { inputShape, ...convolved } = attrs as unknown as Convolved3 & { readonly inputShape: Tensor5D['shape'] }
    return volumeGradient(inputs['dy'] as Tensor5D, inputs['filter'] as Tensor5D, inputShape, convolved)
  },
  Conv3DBackpropFilterV2: ({ inputs, attrs }) => {
    const { filterShape, ...convolved } = attrs as unknown as Convolved3 & { readonly filterShape: Tensor5D['shape'] }
    return volumeFilterGradient(inputs['x'] as Tensor5D, inputs['dy'] as Tensor5D, filterShape, convolved)
  },
}

const nhwc = (attrs: tf.NamedAttrMap | undefined): Convolved => {
  if (attrs?.['dataFormat'] === 'NCHW') throw new Error('The WASM backend supports only NHWC convolutions.')
  return attrs as unknown as Convolved
}
