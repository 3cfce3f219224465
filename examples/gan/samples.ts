/** Sample pictures on one sheet: real patches, what the generator makes of their codes, and of new ones. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { writeImage } from '../../src/node/index.js'

const GAP = 2
/** A sheet is shown at least so many times as large. */
const ZOOM = 3

/** Writes rows of pictures in [-1, 1], all of one size, as PNG. */
export const writeSamples = async (path: string, rows: readonly Tensor4D[]): Promise<void> => {
  const sheet = tf.tidy(() => {
    const columns = rows.map((row) => tf.concat(tf.unstack(framed(row)), 1))
    const whole = tf.expandDims<Tensor4D>(tf.concat(columns, 0), 0)
    const [, height, width] = whole.shape
    return tf.image.resizeNearestNeighbor(whole, [height * ZOOM, width * ZOOM])
  })
  await writeImage(path, sheet)
  sheet.dispose()
}

/** In [0, 1], with a white frame. */
const framed = (pictures: Tensor4D): Tensor4D =>
  tf.pad4d(
    tf.clipByValue(tf.div<Tensor4D>(tf.add(pictures, 1), 2), 0, 1),
    [
      [0, 0],
      [GAP, GAP],
      [GAP, GAP],
      [0, 0],
    ],
    1,
  )
