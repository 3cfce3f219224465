/** The playground's numbers at full size: in tiles they are those of the whole pictures. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { evaluate } from '../../playground/engine/compute.js'
import { breakdownInTiles } from '../../playground/engine/fullSize.js'
import { load, type Job } from '../../playground/engine/job.js'
import type { Answer } from '../../playground/engine/protocol.js'
import { batchOf } from '../../playground/engine/tensors.js'
import { changePicture } from '../../playground/pictures/change.js'
import { compile, encode, mae, msSsim, pixels, ssim, sum, weighted, type Loss } from '../../src/index.js'

const [WIDTH, HEIGHT] = [260, 180]

/** Stripes of three periods, one per channel. */
const target = {
  width: WIDTH,
  height: HEIGHT,
  data: Uint8ClampedArray.from({ length: 4 * WIDTH * HEIGHT }, (_, i) =>
    i % 4 === 3 ? 255 : 127 + 100 * Math.sin((Math.floor(i / 4) % WIDTH) / (3 + (i % 4)) + Math.floor(i / 4 / WIDTH) / 5),
  ),
}
const prediction = changePicture(target, 'pixelated')

const loss = sum(ssim(pixels), weighted(2, mae(pixels)))

const job = (of: Loss<string, string>, bytes: number, answers: Answer[] = []): Job => ({
  id: 1,
  loss: encode(of),
  limits: { side: 'full', shaping: 'fit', bytes },
  pictures: { prediction, references: { target } },
  token: { cancelled: false },
  say: (answer) => answers.push(answer),
})

const whole = (): number => {
  const [a, b] = [batchOf(target), batchOf(prediction)]
  const value = tf.tidy(() => compile(loss)(a, b).dataSync()[0] ?? Number.NaN)
  tf.dispose([a, b])
  return value
}

const full = { width: WIDTH, height: HEIGHT, bytes: 1e9 }

it('tiles give the value of the whole, say how far they are, and keep to the budget', async () => {
  const answers: Answer[] = []
  const small = job(loss, tf.memory().numBytes + 3e6, answers)
  const { rows, size } = await breakdownInTiles(small, await load(small), full)
  // Sums of float32 in another order.
  expect(rows.reduce((all, { value }) => all + value, 0)).toBeCloseTo(whole(), 5)
  expect(size.tiles).toBeGreaterThan(4)
  expect(size.bytes).toBeLessThanOrEqual(small.limits.bytes)
  expect(answers).toContainEqual({ kind: 'doing', id: 1, what: `Computing tile ${String(size.tiles)} of ${String(size.tiles)}` })
})

it('a picture within the budget is computed as a whole, with its heat map', async () => {
  const answers: Answer[] = []
  await evaluate(job(loss, tf.memory().numBytes + 1e9, answers))
  const value = answers.find((answer) => answer.kind === 'value')
  expect(value?.rows.reduce((all, row) => all + row.value, 0)).toBeCloseTo(whole(), 6)
  expect(value?.fitted).toMatchObject({ width: WIDTH, height: HEIGHT })
  expect(value?.fitted.tiles).toBeUndefined()
  expect(answers.find((answer) => answer.kind === 'heat')?.heat).toHaveLength(WIDTH * HEIGHT)
})

it('a loss that does not add up over tiles says what it takes, what is allowed and what to change', async () => {
  const small = job(msSsim(pixels), tf.memory().numBytes + 3e6)
  await expect(breakdownInTiles(small, await load(small), full)).rejects.toThrow(
    /^At full size, 260 × 180 px, this loss takes 1000 MB of the \d+ MB allowed, and it cannot be computed in tiles\. Choose a longest side in pixels, or more memory\. .*msSsim/,
  )
})
