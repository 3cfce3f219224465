/** The two networks, one that enlarges pictures four times and one that tells them from photographs; and how small pictures are made. */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, SymbolicTensor, Tensor4D } from '@tensorflow/tfjs'

/** How many times as large a picture becomes. */
export const FACTOR = 4

export interface Sizes {
  /** Channels of the hidden layers. */
  readonly width: number
  readonly seed: number
}

const BLOCKS = 5

/**
 * Pictures [batch, height, width, 3] in [0, 1] to [batch, 4 height, 4 width, 3]: what it adds to the bilinear enlargement, which it starts out as.
 *
 * Residual blocks at the small size, where they are cheap; then the sides are doubled twice, each time by repetition and a convolution: a transposed convolution does the same,
 * and leaves a checkerboard (Odena et al., 2016).
 */
export const makeEnlarger = ({ width, seed }: Sizes): LayersModel => {
  const initial = (n: number) => ({ padding: 'same', kernelInitializer: tf.initializers.heNormal({ seed: seed + n }) }) as const
  const conv = (n: number, filters = width) => tf.layers.conv2d({ filters, kernelSize: 3, ...initial(n) })
  const doubled = () => tf.layers.upSampling2d({ size: [2, 2] })
  const leaky = () => tf.layers.leakyReLU({ alpha: 0.2 })
  const through = (x: SymbolicTensor, layers: readonly tf.layers.Layer[]) => layers.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x)
  const added = (...terms: SymbolicTensor[]) => tf.layers.add().apply(terms) as SymbolicTensor

  const small = tf.input({ shape: [null, null, 3] })
  const start = through(small, [conv(0), leaky()])
  const deep = Array.from({ length: BLOCKS }, (_, n) => 2 * n + 1).reduce((x, n) => added(x, through(x, [conv(n), leaky(), conv(n + 1)])), start)
  const detail = through(added(start, deep), [
    ...[doubled(), conv(20), leaky()],
    ...[doubled(), conv(21, width / 2), leaky(), conv(22, width / 2), leaky()],
    tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', kernelInitializer: 'zeros' }),
  ])
  const enlarged = through(small, [tf.layers.upSampling2d({ size: [FACTOR, FACTOR], interpolation: 'bilinear' })])
  return tf.model({ name: 'enlarger', inputs: small, outputs: added(enlarged, detail) })
}

/** Pictures [batch, height, width, 3] in [-1, 1] to a logit for each of their parts, high for photographs. */
export const makeDiscriminator = ({ width, seed }: Sizes): LayersModel => {
  const conv = (filters: number, strides: number, n: number, name?: string) =>
    tf.layers.conv2d({
      ...(n === 0 ? { inputShape: [null, null, 3] } : {}),
      ...(name === undefined ? {} : { name }),
      filters,
      kernelSize: strides === 1 ? 3 : 4,
      strides,
      padding: 'same',
      kernelInitializer: tf.initializers.heNormal({ seed: seed + 40 + n }),
    })
  const leaky = () => tf.layers.leakyReLU({ alpha: 0.2 })
  return tf.sequential({
    name: 'discriminator',
    layers: [conv(width, 2, 0), leaky(), conv(2 * width, 2, 1), leaky(), conv(2 * width, 1, 2), leaky(), conv(1, 1, 3, 'logits')],
  })
}

/** A quarter of the sides: each pixel is the mean of sixteen. */
export const shrunk = (pictures: Tensor4D): Tensor4D => tf.avgPool(pictures, FACTOR, FACTOR, 'valid')
