import type { PictureShape } from './pictures.js'

/** Image batches as the TypeScript that makes the tensor. */
export const tensorText = (values: Float32Array, shape: PictureShape): string => {
  const [first = 0] = values
  const size = `[${shape.join(', ')}]`
  return values.every((value) => value === first)
    ? `tf.fill<tf.Rank.R4>(${size}, ${String(first)})`
    : `tf.tensor4d([${Array.from(values, String).join(', ')}], ${size})`
}
