/**
 * A metric of your own: Geman and McClure's, a squared error that forgives outliers. All else comes of its definition.
 */
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { frame, writeContactSheet } from '../src/cli/painting/contactSheet.js'
import { compile, decode, defineMetric, encode, laws, lossEq, mae, mse, pixels, show, sum, toLatex, weighted, type Loss } from '../src/index.js'
import { checkLaws } from '../src/laws/index.js'
import { readImage, useFastestBackend } from '../src/node/index.js'
import { makeFolder } from './folder.js'
import { photograph } from './photographs.js'

export const gemanMcClure = defineMetric({
  id: 'gemanMcClure',
  options: t.strict({ scale: t.number }),
  defaults: { scale: 0.1 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: true }),
  apply: (options) => (reference, prediction) => {
    const squares = tf.square(tf.sub(prediction, reference))
    const each = tf.div(squares, tf.add(squares, options.scale * options.scale))
    return tf.mean<tf.Tensor1D>(tf.reshape(each, [prediction.shape[0], -1]), 1)
  },
})

await useFastestBackend()
const loss = sum(gemanMcClure(pixels, { scale: 0.25 }), weighted(0.5, mae(pixels)))
const [target, image] = [tf.randomUniform([1, 16, 16, 3], 0, 1, 'float32', 1), tf.randomUniform([1, 16, 16, 3], 0, 1, 'float32', 2)]

console.log(show(loss))
console.log(toLatex(loss))
console.log(JSON.stringify(encode(loss)))
const read = decode(JSON.parse(JSON.stringify(encode(loss))), { definitions: [gemanMcClure] })
console.log(`read back the same: ${String(read._tag === 'Right' && lossEq.equals(read.right, loss))}`)
console.log(`in [${laws(gemanMcClure(pixels)).range.join(', ')}], smooth: ${String(laws(gemanMcClure(pixels)).smooth)}`)
for (const { law, statement, _tag } of checkLaws(gemanMcClure, { features: [pixels], seed: 1 })) console.log(`${_tag}: ${law}, ${statement}`)
const f = compile(loss)
for (const { name, value } of await f.breakdown(target, image)) console.log(`${name}: ${value.toFixed(4)}`)
console.log(`heat map: [${f.heatmap(target, image).shape.join(', ')}]`)

// What it is good for: the picture nearest to seven copies of a photograph, in each of which every fifth pixel is another.
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

const folder = process.argv[3] ?? 'demo-output/custom-metric'
await makeFolder(folder)
const frames = {
  'one of 7': tf.slice4d(copies, [0, 0, 0, 0], [1, -1, -1, -1]),
  mse: nearest(mse(pixels)),
  'geman-mcclure': nearest(gemanMcClure(pixels)),
  original: photographed,
}
await writeContactSheet(join(folder, 'nearest.png'), await Promise.all(Object.entries(frames).map(([label, picture]) => frame(label, picture))))
console.log(join(folder, 'nearest.png'))
