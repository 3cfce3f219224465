/** Pictures of 0..255 under [0, 1] get one warning, which no call waits for and which leaves nothing behind. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { compile, mae, mse, pixels, type CompileOptions } from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { takeNumber } from '../../support/tensors.js'

const warnings = vi.spyOn(console, 'warn')
beforeEach(() => void warnings.mockReset().mockImplementation(() => undefined))
afterEach(() => void warnings.mockReset())

const settled = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 20))

const times = (factor: number, seed = 1): Tensor4D => tf.tidy(() => tf.mul(noise(seed, [1, 8, 8, 3]), factor))

/** What is said of a first call and two more. */
const said = async (x: Tensor4D, y: Tensor4D, options: CompileOptions = {}): Promise<readonly string[]> => {
  warnings.mockClear()
  const f = compile(mse(pixels), options)
  for (let i = 0; i < 3; i++) takeNumber(f(x, y))
  await settled()
  f.dispose()
  return warnings.mock.calls.map(String)
}

it('once per compiled loss, with the name, the value and the cure', async () => {
  const [bytes, unit] = [times(255), times(1, 2)]
  const most = Number(takeNumber(tf.max(bytes)).toPrecision(4))
  expect(await said(bytes, unit)).toEqual([
    `perceptual-loss: 'target' has values up to ${String(most)}, but range is [0, 1]. Pass the range of your pictures, such as compile(loss, { range: [0, 255] }), or scale them.`,
  ])
  expect(await said(unit, bytes)).toEqual([expect.stringContaining("'prediction' has values up to")])
})

it('for a prepared loss, too, and not a second time', async () => {
  const f = compile(mae(pixels))
  const bytes = times(255)
  const prepared = f.prepare(bytes)
  takeNumber(prepared(bytes))
  takeNumber(f(bytes, bytes))
  await settled()
  expect(warnings).toHaveBeenCalledTimes(1)
})

it('not for pictures in the range or a little outside, for checked losses, or where the network takes any values', async () => {
  const [bytes, unit] = [times(255), times(1, 2)]
  expect(await said(unit, times(4.9))).toEqual([])
  expect(await said(bytes, bytes, { range: [0, 255] })).toEqual([])
  expect(await said(unit, unit, { range: [-1, 1] })).toEqual([])
  expect(await said(bytes, bytes, { preprocess: 'none' })).toEqual([])
  expect(() => compile(mse(pixels), { checked: true })(bytes, bytes)).toThrow('expected 0 to 1')
})

it('also where the range was given and is clearly another', async () => {
  expect(await said(times(255), times(255), { range: [-1, 1] })).toHaveLength(1)
})

it('inside a gradient it changes nothing, and no tensor stays', async () => {
  const [bytes, other] = [times(255), times(255, 2)]
  const f = compile(mse(pixels))
  const before = tf.memory().numTensors
  const first = tf.tidy(() =>
    tf
      .grad((y) => f(bytes, y as Tensor4D))(other)
      .dataSync<'float32'>(),
  )
  await settled()
  const second = tf.tidy(() =>
    tf
      .grad((y) => f(bytes, y as Tensor4D))(other)
      .dataSync<'float32'>(),
  )
  expect(tf.memory().numTensors).toBe(before)
  expect(second).toEqual(first)
  expect(warnings).toHaveBeenCalledTimes(1)
})
