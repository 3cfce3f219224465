/** The heat map of LPIPS against the official spatial map. Tolerance: 5e-6 of the map's largest value (float32 through a network, and the interpolation's rounding). */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { CompiledLoss } from '../../../src/index.js'
import { full } from '../../support/full.js'
import { goldenImage } from '../../support/images.js'
import { take } from '../../support/tensors.js'

interface GoldenMap {
  readonly net: 'alex' | 'vgg' | 'squeeze'
  readonly a: string
  readonly b: string
  readonly mean: number
  readonly max: number
  readonly points: readonly (readonly number[])[]
}
const golden = JSON.parse(readFileSync(new URL('../../goldens/lpips.json', import.meta.url), 'utf8')) as {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly maps: readonly GoldenMap[]
}

/** Declares a test for each golden map of a network; for one of them in a quick run. */
export const againstOfficialMaps = (over: GoldenMap['net'], compiled: () => Promise<CompiledLoss>): void => {
  it.each(golden.maps.filter(({ net, b }) => net === over && (full || b === 'coffee_noise.png')))('$net $b', async ({ a, b, mean, max, points }) => {
    const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
    const f = await compiled()
    const heat = f.heatmap(target, prediction)
    expect(heat.shape).toEqual([1, 64, 96, 1])
    const prepared = f.prepare(target)
    expect(take(prepared.heatmap(prediction))).toEqual(heat.dataSync())
    const values = take(heat)
    expect(Math.abs(values.reduce((total, v) => total + v, 0) / values.length / mean - 1)).toBeLessThan(1e-5)
    points.forEach((row, i) =>
      row.forEach((v, j) => expect(Math.abs((values[(golden.rows[i] ?? 0) * 96 + (golden.columns[j] ?? 0)] ?? Number.NaN) - v)).toBeLessThan(5e-6 * max)),
    )
    tf.dispose([target, prediction])
    f.dispose()
  })
}
