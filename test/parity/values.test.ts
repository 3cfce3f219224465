/**
 * Values against the peers' own code (torch, piq) on 27 pairs of pictures, every one that these metrics cover.
 *
 * Tolerances, relative: 5e-5 with the weights as shipped (sums of up to 4e6 float32 in another order), 2e-4 with float32 weights everywhere (blocks 4 and 5 are
 * shipped as float16; 1e-4 for LPIPS and DISTS). Plus 1e-9 for values that are zero, and 2e-7 for DISTS: the peer has it as 1 minus a sum of 1475 float32.
 *
 * A quick run compares four small pairs.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, type CompiledLoss, type PreparedLoss } from '../../src/index.js'
import { full, sampled } from '../support/full.js'
import { goldenImage } from '../support/images.js'
import { sharedVgg16 } from '../support/network.js'
import { asShipped, COVERED, DISTS, everyCovered, LPIPS_VGG, published } from './goldens.js'

const SHIPPED = 5e-5
const PUBLISHED = 2e-4
const PUBLISHED_RECIPE = 1e-4

describe.each(full ? ['astronaut', 'chelsea', 'coffee'] : ['coffee'])('values on %s', (name) => {
  let f: CompiledLoss
  let prepared: PreparedLoss
  const pairs = asShipped.filter(({ a }) => a === `${name}.png`)

  beforeAll(async () => {
    f = compile(everyCovered(), await sharedVgg16())
    const target = await goldenImage(`${name}.png`)
    prepared = f.prepare(target)
    target.dispose()
  })
  afterAll(() => {
    f.dispose()
  })

  it('has nine pairs', () => {
    expect(pairs).toHaveLength(9)
  })

  it.each(sampled(pairs).map(({ b }) => b))('%s', async (b) => {
    const prediction = await goldenImage(b)
    const rows = await prepared.breakdown(prediction)
    prediction.dispose()
    const ours = (golden: string) => rows.filter((row) => row.name === golden || row.name.startsWith(`${golden} / `)).reduce((t, { value }) => t + value, 0)
    for (const [goldens, tolerance] of [
      [asShipped, SHIPPED],
      [published, PUBLISHED],
    ] as const) {
      const expected = goldens.find((pair) => pair.a === `${name}.png` && pair.b === b)?.values ?? {}
      for (const golden of Object.keys(COVERED)) {
        const value = expected[golden]
        if (typeof value !== 'number') throw new Error(`The goldens have no ${golden} for ${b}.`)
        const relative = tolerance === PUBLISHED && [LPIPS_VGG, DISTS].includes(golden) ? PUBLISHED_RECIPE : tolerance
        expect(Math.abs(ours(golden) - value), `${golden}: ours ${String(ours(golden))}, the peer's ${String(value)}`).toBeLessThanOrEqual(
          relative * Math.abs(value) + (golden === DISTS ? 2e-7 : 1e-9),
        )
      }
    }
  })
})
