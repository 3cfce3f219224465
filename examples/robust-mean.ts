/**
 * What a metric of one's own is good for: the picture nearest to seven copies of a photograph, in each of which every fifth pixel is another.
 *
 * By mse it is their mean, specks and all; Geman and McClure's error (custom-metric.ts) forgives what is far off.
 */
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { frame, writeContactSheet } from '../src/cli/painting/contactSheet.js'
import { compile, mse, pixels, type Loss } from '../src/index.js'
import { readImage } from '../src/node/index.js'
import { gemanMcClure } from './custom-metric.js'
import { makeFolder } from './folder.js'
import { photograph } from './photographs.js'

const COPIES = 7
const photographed = await readImage(photograph('astronaut'), { size: 200 })
const copies = tf.tidy(() => {
  const [, height, width] = photographed.shape
  const spoilt = tf.less(tf.randomUniform([COPIES, height, width, 1], 0, 1, 'float32', 1), 0.2)
  const others = tf.randomUniform([COPIES, height, width, 3], 0, 1, 'float32', 2)
  return tf.where(tf.tile(spoilt, [1, 1, 1, 3]), others, tf.tile(photographed, [COPIES, 1, 1, 1])) as Tensor4D
})

/** The picture that is nearest to all copies: from their mean downhill. */
const nearest = (metric: Loss<never, 'target'>): Tensor4D => {
  const toCopies = compile(metric).prepare(copies)
  const picture = tf.variable(tf.mean(copies, 0, true)) as tf.Variable<tf.Rank.R4>
  const optimizer = tf.train.adam(0.02)
  for (let step = 0; step < 60; step++) optimizer.minimize(() => toCopies(tf.tile(picture, [COPIES, 1, 1, 1])), false, [picture])
  toCopies.dispose()
  return picture
}

const folder = process.argv[3] ?? 'demo-output/robust-mean'
await makeFolder(folder)
const frames = {
  'one of 7': tf.slice4d(copies, [0, 0, 0, 0], [1, -1, -1, -1]),
  mse: nearest(mse(pixels)),
  'geman-mcclure': nearest(gemanMcClure(pixels)),
  original: photographed,
}
await writeContactSheet(join(folder, 'nearest.png'), await Promise.all(Object.entries(frames).map(([label, picture]) => frame(label, picture))))
console.log(join(folder, 'nearest.png'))
