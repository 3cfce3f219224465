/** A loss in a file: write it as JSON, read it back, use it; and the error for a mistake in such a file. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { either as E, function as F } from 'fp-ts'
import { frame, writeContactSheet } from '../src/cli/painting/contactSheet.js'
import { compile, tryDecodeText, describeError, encode, featureAt, lossEq, mse, named, pixels, show, ssim, sum, vgg16, weighted } from '../src/index.js'
import { heatmapToImage, readImage, useFastestBackend } from '../src/node/index.js'
import { makeFolder } from './folder.js'
import { photograph } from './photographs.js'

const folder = process.argv[3] ?? 'demo-output/save-and-load'
await makeFolder(folder)
const file = join(folder, 'loss.json')

// Write it: one line of JSON is enough; the indentation is for people who edit it.
const loss = sum(named('structure', weighted(20, ssim(pixels))), named('features', mse(featureAt('block3_conv3'))))
await writeFile(file, `${JSON.stringify(encode(loss), null, 2)}\n`)
console.log(`${file}:\n${await readFile(file, 'utf8')}`)

// Read it: with an extractor, decoding checks the layers, too.
await useFastestBackend()
const extractor = await vgg16()
const text = await readFile(file, 'utf8')
const mistaken = tryDecodeText(text.replace('block3_conv3', 'block3_conv9'), { extractor })
console.log(F.pipe(mistaken, E.match(describeError, show)))
const read = F.pipe(
  tryDecodeText(text, { extractor }),
  E.getOrElseW((error) => {
    throw new Error(describeError(error))
  }),
)
console.log(`\nequal after reading: ${String(lossEq.equals(read, loss))}`)

// Use it: show where a picture lost its detail.
const picture = await readImage(photograph('coffee'), { size: 256 })
const [, height, width] = picture.shape
const coarse = tf.image.resizeBilinear(tf.avgPool(picture, 4, 4, 'same'), [height, width])
const f = compile(read, extractor)
console.table(await f.breakdown(picture, coarse))
const frames = { original: picture, coarse, difference: heatmapToImage(f.heatmap(picture, coarse)) }
const sheet = join(folder, 'difference.png')
await writeContactSheet(sheet, await Promise.all(Object.entries(frames).map(([label, image]) => frame(label, image))))
console.log(sheet)
