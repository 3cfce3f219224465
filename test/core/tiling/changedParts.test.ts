/** The value from what changed alone is that of the whole pictures. */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { getOrThrow } from '../../../src/core/errors/lossException.js'
import { planLoss } from '../../../src/core/plan/plan.js'
import { changedParts } from '../../../src/core/tiling/changedParts.js'
import {
  alexnet,
  compile,
  dists,
  featureAt,
  lpips,
  mae,
  mse,
  pixels,
  ssim,
  sum,
  totalVariation,
  weighted,
  type Extractor,
  type Loss,
} from '../../../src/index.js'
import { randomEdit, valueOfChange } from '../../support/edits.js'
import { sharedVgg16 } from '../../support/network.js'
import { leaked, takeNumber } from '../../support/tensors.js'

/** Asked of the value. WebAssembly's convolutions round by the place of a position in the picture, which is the same for most of what a change reaches. */
const ROUNDING = 1e-6

let alex: Extractor<string>
let vgg: Extractor<string>
beforeAll(async () => {
  alex = (await alexnet()) as Extractor<string>
  vgg = (await sharedVgg16()) as Extractor<string>
})

const agrees = (loss: Loss<string, 'target'>, extractor: Extractor<string> | undefined, seed: number, sides: readonly [number, number]): void => {
  const edit = randomEdit(seed, ...sides)
  const f = extractor === undefined ? compile(loss as Loss<never, 'target'>) : compile(loss, extractor)
  const whole = takeNumber(f(edit.reference, edit.prediction))
  const sparse = valueOfChange(loss, extractor, edit)
  expect(Math.abs((sparse ?? Number.NaN) - whole), `seed ${String(seed)}: ${String(sparse)} for ${String(whole)}`).toBeLessThanOrEqual(ROUNDING * whole + 1e-9)
  tf.dispose([edit.reference, edit.prediction])
  f.dispose()
}

describe('what changed gives the value of the whole pictures', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('for LPIPS over AlexNet, edit %i', (seed) => {
    agrees(lpips(), alex, seed, [31, 330])
  })

  it.each([1, 2])('for LPIPS over VGG16, edit %i', (seed) => {
    agrees(lpips({ net: 'vgg' }), vgg, seed, [16, 90])
  })

  it('for pixels and layers at once, with weights and pooling replaced', () => {
    const loss = sum(weighted(3, mse(pixels)), weighted(0.5, mae(featureAt('pool2'))), mse(featureAt('conv3')))
    agrees(loss, alex, 21, [100, 220])
    agrees(mse(featureAt('conv4', { pooling: 'average' })), alex, 22, [100, 220])
    agrees(mse(pixels), undefined, 23, [5, 60])
  })
})

it('equal pictures, and changes that no window of the layer sees, have the value 0', () => {
  const picture = tf.zeros<tf.Rank.R4>([1, 66, 66, 3])
  const lastColumn = tf.pad(tf.zeros<tf.Rank.R4>([1, 66, 65, 3]), [[0, 0], [0, 0], [0, 1], [0, 0]], 1) // prettier-ignore
  const boxes = [{ rows: [0, 66], columns: [65, 66] }] as const
  const loss = mse(featureAt('conv1'))
  expect(valueOfChange(loss, alex, { reference: picture, prediction: picture, boxes: [] })).toBe(0)
  expect(takeNumber(compile(loss, alex)(picture, lastColumn))).toBe(0)
  expect(valueOfChange(loss, alex, { reference: picture, prediction: lastColumn, boxes })).toBe(0)
})

it('a small change of a large picture costs a fraction of the operations: less where convolutions round each position on its own', () => {
  const parts = changedParts(getOrThrow(planLoss(lpips(), alex)), alex)
  const square = { rows: [300, 396], columns: [500, 596] } as const
  expect(parts?.([1, 720, 1280, 3], [square])?.[0]?.cost).toBeLessThan(tf.getBackend() === 'tensorflow' ? 0.12 : 0.15)
})

it('changes far apart are parts of their own, and near ones share a part', () => {
  const parts = changedParts(getOrThrow(planLoss(lpips(), alex)), alex)
  const at = (top: number) => ({ rows: [top, top + 4], columns: [10, 14] }) as const
  expect(parts?.([1, 720, 1280, 3], [at(0), at(600)])).toHaveLength(2)
  expect(parts?.([1, 720, 1280, 3], [at(0), at(100)])).toMatchObject([{ changed: { rows: [0, 104], columns: [10, 14] } }])
})

it('losses that look at more than single positions, or are not zero where nothing changed, have no parts', () => {
  const planned = (loss: Loss<string, string>, extractor?: Extractor<string>) => changedParts(getOrThrow(planLoss(loss, extractor)), extractor)
  expect(planned(ssim(pixels))).toBeUndefined()
  expect(planned(dists(), vgg)).toBeUndefined()
  expect(planned(sum(mse(pixels), totalVariation(pixels)))).toBeUndefined()
  expect(planned(mse(featureAt('conv2', { activation: 'pre' })), alex)?.([1, 64, 64, 3], [{ rows: [0, 1], columns: [0, 1] }])).toBeUndefined()
})

it('leaves no tensor behind', () => {
  const edit = randomEdit(3, 100, 200)
  valueOfChange(lpips(), alex, edit)
  expect(leaked(() => valueOfChange(lpips(), alex, edit))).toBe(0)
})
