/**
 * Marks of non-finite pictures: a number per sample that is 0 for finite pictures and NaN for others. Added to a loss, it makes the value and the gradient NaN.
 *
 * The loss alone is not enough: TensorFlow's max pooling turns NaN into -3.4e38 and WASM's ReLU into 0, so a NaN picture would have a finite loss.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from '../tensors/differentiable.js'
import type { Plan } from '../plan/plan.js'
import { withoutTape } from '../tensors/engine.js'
import { simdFiniteMarks } from '../tensors/simd/simdFiniteMarks.js'

/** The mark of some pictures: [their batch]. */
export type NanMarker = (images: Tensor4D) => Tensor1D

/**
 * How to mark pictures for a plan. A loss over a network also marks values above 2.8e14: its activations, up to 100 times as large, or their squares could overflow to
 * infinity, which a ReLU or a division turns into a finite number.
 *
 * Takes a copy of at most `size` numbers at a time.
 */
export const nanMarker =
  (plan: Plan, size = Infinity): NanMarker =>
  (images) =>
    withoutTape(() => addMarks(bands(images, size).map((band) => tf.tidy(() => markOf(band(), plan.taps.length > 0)))))

/** The limit of pictures' values for a network: 2.8e14. */
const LIMIT = 2 ** 48

const markOf = (images: Tensor, forNetwork: boolean): Tensor1D => simdFiniteMarks(images, forNetwork ? LIMIT : Infinity) ?? bySums(images, forNetwork)

/**
 * The sum, times 0: 0 times NaN or infinity is NaN. Pictures whose sum overflows, of values beyond 1e32, are marked as well. For a network, a factor makes values above the limit
 * infinite; half precision cannot hold it.
 */
const bySums = (images: Tensor, forNetwork: boolean): Tensor1D => {
  const scaled = forNetwork && tf.backend().floatPrecision() === 32 ? tf.mul(images, 2 ** 128 / LIMIT) : images
  return tf.mul(tf.sum<Tensor1D>(scaled, [1, 2, 3]), 0)
}

/** The pictures in bands of rows, with at most this many numbers each. */
const bands = (images: Tensor4D, size: number): readonly (() => Tensor)[] => {
  const [batch, height, width, channels] = images.shape
  const rows = Math.max(1, Math.floor(size / (batch * width * channels)))
  if (rows >= height) return [() => images]
  return Array.from(
    { length: Math.ceil(height / rows) },
    (_, i) => () => tf.slice(images, [0, i * rows, 0, 0], [-1, Math.min(rows, height - i * rows), -1, -1]),
  )
}

/**
 * Whether non-finite pictures make the values of the terms NaN anyway, so that no picture needs a scan: each term compares the pixels with the one reference, by a metric
 * that keeps non-finite values.
 */
export const showsNonFinite = ({ terms, features, references }: Plan): boolean =>
  references.length === 1 && terms.every(({ by, feature }) => by._tag === 'Compare' && by.metric.keepsNonFinite && features[feature]?._tag === 'Pixels')

/** The same values; NaN, with a NaN gradient, in each sample where it is not finite. */
export const markValue = (value: Tensor1D): Tensor1D =>
  differentiable<Tensor1D>(value, (x, save) => {
    save([x])
    return { value: addedZero(x, x) as Tensor1D, gradient: (dy, [saved = x]) => addedZero(dy, saved) }
  })

/** x, or NaN where y is not finite. */
const addedZero = (x: Tensor, y: Tensor): Tensor => tf.add(x, tf.mul(y, 0))

/** The sum of marks: NaN where one of them is. A batch of one applies to every sample. */
export const addMarks = (marks: readonly Tensor1D[]): Tensor1D =>
  marks.length === 0 ? tf.zeros([1]) : marks.reduce((sum, mark) => tf.add<Tensor1D>(sum, mark))

/** The same pictures; their gradient is NaN in each sample that is marked. */
export const markGradient = (images: Tensor4D, mark: Tensor1D): Tensor4D =>
  differentiable<Tensor4D>(images, (x, save) => {
    save([mark])
    return { value: tf.clone(x) as Tensor4D, gradient: (dy, [saved = mark]) => tf.add(dy, tf.reshape(saved, [-1, 1, 1, 1])) }
  })
