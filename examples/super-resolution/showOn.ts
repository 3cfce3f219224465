/** What the networks make of a photograph that they have not seen, in numbers and as a picture. */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs'
import Table from 'cli-table3'
import { frame, writeContactSheet } from '../../src/cli/painting/contactSheet.js'
import { alexnet, compile, lpips, scores } from '../../src/index.js'
import { readImage } from '../../src/node/index.js'
import { FACTOR, shrunk } from './models.js'

/** Prints PSNR and LPIPS of each, and writes one sheet with all of them. */
export const showOn = async (file: string, networks: Readonly<Record<string, LayersModel>>, sheet: string): Promise<void> => {
  const photograph = await readImage(file)
  const [, height, width] = photograph.shape
  const original = tf.slice4d(photograph, [0, 0, 0, 0], [1, height - (height % FACTOR), width - (width % FACTOR), 3])
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
  console.log(`\n${table.toString()}\nPSNR: the higher, the nearer in pixels; LPIPS: the lower, the nearer to people's eyes.\n\n${sheet}`)
  const shown = Object.entries({ ...pictures, original })
  const closer = shown.map(([name, picture]) => [`${name} closer`, middle(picture)] as const)
  await writeContactSheet(sheet, await Promise.all([...shown, ...closer].map(([name, picture]) => frame(name, picture))))
}

/** The third in the middle, three times as large. */
const middle = (picture: Tensor4D): Tensor4D => {
  const [, height, width] = picture.shape
  const [tall, wide] = [Math.floor(height / 3), Math.floor(width / 3)]
  return tf.image.resizeBilinear(tf.slice4d(picture, [0, tall, wide, 0], [1, tall, wide, 3]), [height, width], false, true)
}
