/** What the networks make of a picture that they have not seen, in numbers and near by. */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs'
import Table from 'cli-table3'
import { frame, writeContactSheet } from '../../src/cli/painting/contactSheet.js'
import { alexnet, compile, lpips, scores } from '../../src/index.js'
import { shrunk } from './models.js'

/** Prints PSNR and LPIPS of each, and writes one sheet with two places of all of them, near by. */
export const showOn = async (original: Tensor4D, networks: Readonly<Record<string, LayersModel>>, sheet: string): Promise<void> => {
  const small = shrunk(original)
  const enlarged = (network: LayersModel): Tensor4D => tf.tidy(() => tf.clipByValue(network.predict(small) as Tensor4D, 0, 1))
  const bilinear = tf.image.resizeBilinear(small, [original.shape[1], original.shape[2]], false, true)
  const pictures = { bilinear, ...Object.fromEntries(Object.entries(networks).map(([name, network]) => [name, enlarged(network)])) }

  const distance = compile(lpips({ net: 'alex' }), await alexnet())
  const table = new Table({ head: ['enlarged by', 'PSNR, dB', 'LPIPS'], colAligns: ['left', 'right', 'right'], style: { head: [], border: [], compact: true } })
  for (const [name, picture] of Object.entries(pictures)) {
    const [far = Number.NaN] = await tf.tidy(() => distance(original, picture)).data()
    table.push([name, (await scores.psnr(original, picture)).toFixed(2), far.toFixed(4)])
  }
  console.log(`\n${table.toString()}\nPSNR: higher is closer in pixels; LPIPS: lower is closer for people.\n\n${sheet}`)
  const places = [1 / 4, 3 / 4].flatMap((down) => Object.entries({ ...pictures, original }).map(([name, picture]) => [name, nearBy(picture, down)] as const))
  await writeContactSheet(sheet, await Promise.all(places.map(([name, picture]) => frame(name, picture))))
}

/** The side of a place, and how many times as large it is shown, pixel by pixel. */
export const [PLACE, LARGER] = [112, 3]

/** A square in the middle of the width, so far down. */
const nearBy = (picture: Tensor4D, down: number): Tensor4D =>
  tf.tidy(() => {
    const [, height, width] = picture.shape
    const corner = [Math.floor(down * (height - PLACE)), Math.floor((width - PLACE) / 2)] as const
    const place = tf.slice4d(picture, [0, ...corner, 0], [1, PLACE, PLACE, 3])
    return tf.image.resizeNearestNeighbor(place, [LARGER * PLACE, LARGER * PLACE])
  })
