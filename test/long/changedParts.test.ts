/** LPIPS of what changed is that of the whole pictures, for a thousand random edits; and what it costs. */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { alexnet, compile, lpips, type Extractor } from '../../src/index.js'
import { randomEdit, valueOfChange } from '../support/edits.js'
import { noise } from '../support/images.js'
import { takeNumber } from '../support/tensors.js'

/** Asked of the value. WebAssembly's convolutions round by the place of a position in the picture, which is the same for most of what a change reaches. */
const ROUNDING = 1e-6

let alex: Extractor<string>
beforeAll(async () => {
  alex = (await alexnet()) as Extractor<string>
})

it('1,000 edits of pages of 31 x 31 to 330 x 330', () => {
  const f = compile(lpips(), alex)
  for (let seed = 100; seed < 1100; seed++) {
    const edit = randomEdit(seed, 31, 330)
    const whole = takeNumber(f(edit.reference, edit.prediction))
    const sparse = valueOfChange(lpips(), alex, edit)
    expect(Math.abs((sparse ?? Number.NaN) - whole), `seed ${String(seed)}: ${String(sparse)} for ${String(whole)}`).toBeLessThanOrEqual(
      ROUNDING * whole + 1e-9,
    )
    tf.dispose([edit.reference, edit.prediction])
  }
  f.dispose()
}, 1_800_000)

it('a change of 1 % of 1280 x 720 takes a fraction of the time of the whole pictures', () => {
  const [reference, square] = [noise(1, [1, 720, 1280, 3]), noise(2, [1, 96, 96, 3])]
  const boxes = [{ rows: [300, 396], columns: [500, 596] }] as const
  const inside = tf.pad(square, [[0, 0], [300, 324], [500, 684], [0, 0]]) // prettier-ignore
  const mask = tf.pad(tf.ones([1, 96, 96, 3]), [[0, 0], [300, 324], [500, 684], [0, 0]]) // prettier-ignore
  const prediction = tf.add(inside, tf.mul(reference, tf.sub(1, mask))) as typeof reference
  const f = compile(lpips(), alex)
  const timed = (work: () => unknown): number => {
    const start = performance.now()
    work()
    return performance.now() - start
  }
  const ratios = Array.from({ length: 7 }, () => {
    const whole = timed(() => takeNumber(f(reference, prediction)))
    return timed(() => valueOfChange(lpips(), alex, { reference, prediction, boxes })) / whole
  })
  const median = ratios.sort((a, b) => a - b)[3] ?? 1
  console.log(`of the time of whole pictures: ${ratios.map((ratio) => ratio.toFixed(3)).join(', ')}`)
  // The operations are a tenth; the limit leaves room for a busy machine.
  expect(median).toBeLessThan(0.35)
}, 600_000)
