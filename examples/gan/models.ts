/**
 * The article's two networks.
 *
 * Its generator ends with sigmoid and its discriminator with a probability in some of its listings, with tanh and logits in others; here they are tanh, pictures in
 * [-1, 1], and logits, on which cross-entropy is stable. Its sizes do not add up to those of its pictures: here the first grid is an eighth of them, and each
 * transposed convolution doubles it.
 */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel } from '@tensorflow/tfjs'

/** How long a code is: the noise that a picture is made from. */
export const CODE = 64

/** Of the running means that are used in inference: they must follow within a few dozen steps. */
const MOMENTUM = 0.8

export interface Sizes {
  readonly size: number
  readonly width: number
  readonly seed: number
}

/** The usual start of a convolution, from a seed. */
const weights = (seed: number) => tf.initializers.glorotUniform({ seed })

/** Dense, reshape, three transposed convolutions: a code [batch, 64] to pictures [batch, size, size, 3] in [-1, 1]. */
export const makeGenerator = ({ size, width, seed }: Sizes): LayersModel => {
  const side = size / 8
  const up = (filters: number, n: number) =>
    tf.layers.conv2dTranspose({ filters, kernelSize: 4, strides: 2, padding: 'same', kernelInitializer: weights(seed + n), name: `gen_up${String(n)}` })
  const hidden = (n: number) => [
    tf.layers.batchNormalization({ momentum: MOMENTUM, name: `gen_norm${String(n)}` }),
    tf.layers.leakyReLU({ alpha: 0.2, name: `gen_leaky${String(n)}` }),
  ]
  return tf.sequential({
    name: 'generator',
    layers: [
      tf.layers.dense({ inputShape: [CODE], units: side * side * 4 * width, useBias: false, kernelInitializer: weights(seed), name: 'gen_dense' }),
      ...hidden(0),
      tf.layers.reshape({ targetShape: [side, side, 4 * width] }),
      up(2 * width, 1),
      ...hidden(1),
      up(width, 2),
      ...hidden(2),
      up(3, 3),
      tf.layers.activation({ activation: 'tanh', name: 'gen_tanh' }),
    ],
  })
}

/** Two convolutions and a logit: pictures [batch, size, size, 3] in [-1, 1] to [batch, 1], high for real ones. */
export const makeDiscriminator = ({ size, width, seed }: Sizes): LayersModel => {
  const down = (filters: number, n: number) => [
    tf.layers.conv2d({
      ...(n === 1 ? { inputShape: [size, size, 3] } : {}),
      filters,
      kernelSize: 4,
      strides: 2,
      padding: 'same',
      kernelInitializer: weights(seed + 10 + n),
      name: `disc_conv${String(n)}`,
    }),
    tf.layers.leakyReLU({ alpha: 0.2, name: `disc_leaky${String(n)}` }),
  ]
  return tf.sequential({
    name: 'discriminator',
    layers: [
      ...down(width, 1),
      ...down(2 * width, 2),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.3, seed }),
      tf.layers.dense({ units: 1, kernelInitializer: weights(seed + 20), name: 'logits' }),
    ],
  })
}
