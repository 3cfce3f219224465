/**
 * Gradient penalties of a discriminator: WGAN-GP (Gulrajani et al. 2017) and R1 (Mescheder et al. 2018).
 *
 * Both differentiate the logits in the pictures, so training takes a derivative of that gradient.
 */
import * as tf from '@tensorflow/tfjs'
import type { CompiledLoss } from '../../src/index.js'

/** The logits of pictures, compiled: `wasserstein(featureAt('logits'), { side: 'fake' })`. */
export type Score = CompiledLoss<never>

/** The squared length of each sample's gradient: [batch]. */
const squaredLengths = (score: Score, pictures: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.grad((x) => tf.sum(score.perSample({}, x)))(pictures)), [1, 2, 3])

/** WGAN-GP: the squared distance of the gradient's length from 1, at random mixtures of real and fake pictures. */
export const wganGp = (score: Score, real: tf.Tensor, fake: tf.Tensor, mixing: tf.Tensor): tf.Scalar =>
  tf.tidy(() => {
    const mixed = tf.add(tf.mul(real, mixing), tf.mul(fake, tf.sub(1, mixing)))
    return tf.mean<tf.Scalar>(tf.square(tf.sub(tf.sqrt(tf.add(squaredLengths(score, mixed), 1e-12)), 1)))
  })

/** R1: half the squared length of the gradient at real pictures. */
export const r1 = (score: Score, real: tf.Tensor): tf.Scalar => tf.tidy(() => tf.mul(0.5, tf.mean(squaredLengths(score, real))))
