/** FLIP: NVIDIA's means and maps, and right and finite gradients. */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, flip, pixels } from '../../src/index.js'
import { full } from '../support/full.js'
import { goldenImage, noise } from '../support/images.js'
import { hasZeroGradientAtIdentity, isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'
import { gradientOf, take, takeNumber } from '../support/tensors.js'

interface Golden {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly maps: readonly {
    readonly a: string
    readonly b: string
    readonly pixelsPerDegree: number | null
    readonly mean: number
    readonly points: readonly (readonly number[])[]
  }[]
}

const { rows, columns, maps } = JSON.parse(readFileSync(new URL('../goldens/flip.json', import.meta.url), 'utf8')) as Golden

// The peer adds up float32 values in another order: 2e-5 of a mean near 1.
agreesWith('flip(ldr, ppd 67.02)', flip(pixels), { of: (v) => v, value: 5e-5, gradient: 1e-3 })
isFiniteEverywhere('flip', flip(pixels))
hasZeroGradientAtIdentity('flip', flip(pixels))

describe("NVIDIA's maps (flip-evaluator 1.7)", () => {
  it.each(full ? maps : maps.slice(0, 2))('$b at $pixelsPerDegree pixels per degree', async ({ a, b, pixelsPerDegree, mean, points }) => {
    const f = compile(flip(pixels, pixelsPerDegree === null ? {} : { pixelsPerDegree }))
    const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
    expect(Math.abs(takeNumber(f(target, prediction)) - mean)).toBeLessThan(5e-5)
    const heatmap = f.heatmap(target, prediction)
    const [, , width] = heatmap.shape
    const values = take(heatmap)
    // A power of small differences of float32 numbers.
    rows.forEach((row, i) => {
      columns.forEach((column, j) => {
        expect(Math.abs((values[row * width + column] ?? Number.NaN) - (points[i]?.[j] ?? Number.NaN)), `${String(row)}, ${String(column)}`).toBeLessThan(1e-3)
      })
    })
    tf.dispose([target, prediction])
  })
})

it('has the gradient of central differences', () => {
  const [x, y] = [noise(1, [1, 3, 4, 3]), noise(2, [1, 3, 4, 3])]
  const f = compile(flip(pixels, { pixelsPerDegree: 10 }))
  const gradient = gradientOf((v) => f(x, v as typeof y), y)
  const values = Array.from(y.dataSync())
  const at = (i: number, step: number): number => takeNumber(f(x, tf.tensor4d(values.with(i, (values[i] ?? 0) + step), [1, 3, 4, 3])))
  // Slopes of up to 0.1 that change quickly; float32 values below 1 are exact to 6e-8, over 4e-4.
  for (let i = 0; i < values.length; i += full ? 1 : 7) expect(Math.abs((gradient[i] ?? Number.NaN) - (at(i, 2e-4) - at(i, -2e-4)) / 4e-4)).toBeLessThan(1e-3)
})

it('sees less of the same noise from farther away', () => {
  const [x, y] = [noise(3, [1, 24, 24, 3]), noise(4, [1, 24, 24, 3])]
  const [near, far] = [10, 200].map((pixelsPerDegree) => takeNumber(compile(flip(pixels, { pixelsPerDegree }))(x, y)))
  expect(far).toBeLessThan((near ?? 0) / 2)
})
