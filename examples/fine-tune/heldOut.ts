/** Held-out pictures, halved and enlarged again: distances to their originals as a table, and places of them as one sheet. */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs'
import Table from 'cli-table3'
import { record as R } from 'fp-ts'
import { frame, writeContactSheet } from '../../src/cli/painting/contactSheet.js'
import { alexnet, compile, dists, lpips, scores, vgg16 } from '../../src/index.js'
import { HELD_OUT, type HeldOut, type Pictures } from './photographs.js'
import { enlarged, halved } from './upscaler.js'

/** The distances of one enlarged picture to its original. */
export interface Distances {
  readonly psnr: number
  readonly lpips: number
  readonly dists: number
}

/** A way to enlarge, with its pictures and their distances to the originals. */
export interface Result {
  readonly way: string
  readonly pictures: Pictures
  readonly distances: Readonly<Record<HeldOut, Distances>>
}

export const bilinear = (original: Tensor4D): Tensor4D =>
  tf.tidy(() => tf.image.resizeBilinear(halved(original), [original.shape[1], original.shape[2]], false, true))

export const byUpscaler =
  (upscaler: LayersModel) =>
  (original: Tensor4D): Tensor4D =>
    tf.tidy(() => tf.clipByValue(enlarged(upscaler, halved(original)), 0, 1))

/** Enlarges every original and measures. LPIPS uses AlexNet, which training does not; DISTS uses VGG16, as training does. */
export const resultOf = async (way: string, originals: Pictures, enlarge: (original: Tensor4D) => Tensor4D): Promise<Result> => {
  const pictures: Pictures = R.map(enlarge)(originals)
  const [alex, vgg] = [compile(lpips(), await alexnet()), compile(dists(), await vgg16())]
  const distances: [HeldOut, Distances][] = []
  for (const name of HELD_OUT) {
    const pair = [originals[name], pictures[name]] as const
    const values = [tf.tidy(() => alex(...pair)), tf.tidy(() => vgg(...pair))]
    const [ofAlex = Number.NaN, ofVgg = Number.NaN] = values.flatMap((value) => Array.from(value.dataSync()))
    tf.dispose(values)
    distances.push([name, { psnr: await scores.psnr(...pair), lpips: ofAlex, dists: ofVgg }])
  }
  alex.dispose()
  vgg.dispose()
  return { way, pictures, distances: Object.fromEntries(distances) as Result['distances'] }
}

/** A table with a row per picture. */
export const comparison = (before: Result, after: Result): string => {
  const head = ['held out', 'PSNR, dB', 'LPIPS', 'DISTS']
  const table = new Table({ head, colAligns: ['left', 'right', 'right', 'right'], style: { head: [], border: [], compact: true } })
  for (const name of HELD_OUT) {
    const both = (key: keyof Distances, digits: number): string => [before, after].map(({ distances }) => distances[name][key].toFixed(digits)).join(' → ')
    table.push([name, both('psnr', 2), both('lpips', 3), both('dists', 3)])
  }
  return table.toString()
}

/** The side of a place, and how many times as large it is shown, pixel by pixel. */
export const [PLACE, LARGER] = [168, 2]

/** Places that are shown: fractions of the free height and width, above and left of them. */
export const PLACES = { gravel: [0.25, 0.5], grass: [0.2, 0.5], chelsea: [0.55, 0.25] } as const

/** Writes places of every result and of the originals to one sheet; labels have the distances of the whole held-out picture. */
export const writeSheet = async (path: string, originals: Pictures, results: readonly Result[]): Promise<void> => {
  const frames = (Object.keys(PLACES) as (keyof typeof PLACES)[]).flatMap((name) => [
    ...results.map((result) => [labelOf(result, name), result.pictures[name], PLACES[name]] as const),
    [`${name}, original`, originals[name], PLACES[name]] as const,
  ])
  await writeContactSheet(path, await Promise.all(frames.map(([label, picture, place]) => frame(label, nearBy(picture, place)))))
}

const labelOf = ({ way, distances }: Result, name: HeldOut): string => {
  const far = distances[name]
  return `${way}: LPIPS ${far.lpips.toFixed(2)}, DISTS ${far.dists.toFixed(2)}, ${far.psnr.toFixed(1)} dB`
}

const nearBy = (picture: Tensor4D, [down, right]: readonly [number, number]): Tensor4D =>
  tf.tidy(() => {
    const [, height, width] = picture.shape
    const corner = [Math.floor(down * (height - PLACE)), Math.floor(right * (width - PLACE))] as const
    return tf.image.resizeNearestNeighbor(tf.slice4d(picture, [0, ...corner, 0], [1, PLACE, PLACE, 3]), [LARGER * PLACE, LARGER * PLACE])
  })
