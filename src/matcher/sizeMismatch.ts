/** Pictures of different sizes, padded or cropped to one. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** What to do about a picture and a reference of different sizes. */
export type SizeMismatch = 'fail' | 'pad' | 'crop'

/** Both pictures as the mode says: new tensors, of one size unless the mode is 'fail'. */
export const sized = (mode: SizeMismatch, reference: Tensor4D, picture: Tensor4D): readonly [reference: Tensor4D, picture: Tensor4D] => {
  const side = (at: 1 | 2): number => (mode === 'crop' ? Math.min : Math.max)(reference.shape[at], picture.shape[at])
  const [height, width] = [side(1), side(2)]
  const fitted = (image: Tensor4D): Tensor4D => {
    if (mode === 'fail') return tf.clone(image)
    if (mode === 'crop') return tf.slice(image, [0, 0, 0, 0], [1, height, width, 3])
    return tf.pad(image, [[0, 0], [0, height - image.shape[1]], [0, width - image.shape[2]], [0, 0]], 1) // prettier-ignore
  }
  return [fitted(reference), fitted(picture)]
}
