/**
 * The distance of pictures that differ in a small part, computed from this part and what the network sees around it.
 *
 * Law: it is the distance of the whole pictures up to rounding.
 */
import * as tf from '@tensorflow/tfjs'
import { getOrThrow } from '../core/errors/lossException.js'
import { overlap, type Box } from '../core/language/box.js'
import { planLoss } from '../core/plan/plan.js'
import { changedParts, type ChangedPart, type ChangedParts } from '../core/tiling/changedParts.js'
import { opaqueTensor } from '../node/pixelTensor.js'
import type { Bound } from './bounds.js'
import { changedBoxes } from './changedBoxes.js'
import type { PixelPair } from './equalPictures.js'
import { isRerendered } from './rerendering.js'
import { spotDifferenceOfPart, spotPair, spotSurroundings } from './spotDifference.js'

/** The largest cost, as a fraction of that of whole pictures, at which parts are computed. */
const MOST_COST = 0.5

/** The distances of a pair of pictures for each bound, from what changed; undefined where a bound needs the whole pictures, or would not be cheaper. */
export const changedDistances = async (bounds: readonly Bound[], pair: PixelPair): Promise<readonly number[] | undefined> => {
  const evaluations: (ChangedParts | 'spot')[] = []
  for (const { loss, extractor, spot } of bounds) {
    if (spot) {
      evaluations.push('spot')
      continue
    }
    const network = await extractor()
    const plan = planLoss(loss, network)
    const parts = plan._tag === 'Left' ? undefined : changedParts(getOrThrow(plan), network)
    if (parts === undefined) return undefined
    evaluations.push(parts)
  }
  const boxes = changedBoxes(pair)
  const shape = [1, pair.reference.height, pair.reference.width, 3]
  const distances: number[] = []
  for (const evaluation of evaluations) {
    const distance = await (evaluation === 'spot' ? spotFrom(boxes, pair) : distanceFrom(evaluation(shape, boxes), pair))
    if (distance === undefined) return undefined
    distances.push(distance)
  }
  return distances
}

const distanceFrom = async (parts: readonly ChangedPart[] | undefined, { reference, picture }: PixelPair): Promise<number | undefined> => {
  if (parts === undefined || parts.reduce((sum, { cost }) => sum + cost, 0) > MOST_COST) return undefined
  let distance = 0
  for (const { around, changed, value } of parts) {
    const part = tf.tidy(() => {
      const [before, after] = [opaqueTensor(reference, around), opaqueTensor(picture, changed)]
      return before === undefined || after === undefined ? undefined : value(before, after)
    })
    if (part === undefined) return undefined
    distance += (await part.data())[0] ?? 0
    part.dispose()
  }
  return distance
}

/** The difference of the most different spot, from what is around each box; undefined for transparent pixels and for pages that may be rendered differently as a whole. */
const spotFrom = async (boxes: readonly Box[], { reference, picture }: PixelPair): Promise<number | undefined> => {
  if (isRerendered({ ...reference, channels: 4 }, (cell) => boxes.some((box) => overlap(box, cell)))) return undefined
  let most = 0
  for (const around of spotSurroundings(boxes, reference)) {
    const [before, after] = [opaqueTensor(reference, around), opaqueTensor(picture, around)]
    if (before !== undefined && after !== undefined) most = Math.max(most, spotDifferenceOfPart(await spotPair({ reference: before, picture: after })))
    tf.dispose([before, after].filter((part) => part !== undefined))
    if (before === undefined || after === undefined) return undefined
  }
  return most
}
