/** Distances between sets of features: torchmetrics' and scipy's numbers, and what each refuses. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { frechet, kernelDistance, precisionRecall, statisticsMonoid, statisticsOf } from '../../src/distributions/index.js'
import { statisticsFor, type Made } from './activations.js'

interface Golden {
  readonly real: Made
  readonly generated: Made
  readonly fid: number
  /** By singular values, in float64. */
  readonly exact: number
  readonly kid: { readonly mean: number; readonly deviation: number; readonly subsets: number; readonly subsetSize: number; readonly seed: number }
  readonly pr: { readonly precision: number; readonly recall: number; readonly neighbours: number }
}

const goldens = JSON.parse(readFileSync(new URL('../goldens/distributions.json', import.meta.url), 'utf8')) as Record<string, Golden>

describe.each(Object.entries(goldens).filter(([, golden]) => 'fid' in golden))('%s', (_name, { real, generated, fid, exact, kid, pr }) => {
  const [a, b] = [statisticsFor(real, 'real'), statisticsFor(generated, 'generated')]

  it('the Fréchet distance is that of torchmetrics', () => {
    // Torchmetrics takes roots of eigenvalues; those that rounding makes of zeros have roots of 1e-7, one for each dimension beyond the number of pictures.
    const ours = frechet(a, b)
    expect(Math.abs(ours - fid)).toBeLessThan(1e-4 + 1e-5 * fid)
    expect(Math.abs(ours - exact)).toBeLessThan(1e-6 + 1e-7 * exact)
    expect(Math.abs(frechet(b, a) - ours)).toBeLessThan(1e-6 + 1e-7 * exact)
  })

  it('the kernel distance is that of torchmetrics, over the same subsets', () => {
    const { mean, deviation, ...options } = kid
    const ours = kernelDistance(a, b, options)
    expect(Math.abs(ours.mean - mean)).toBeLessThan(1e-6)
    expect(Math.abs(ours.deviation - deviation)).toBeLessThan(1e-6)
    expect(kernelDistance(a, b, options)).toEqual(ours)
  })

  it('precision and recall are those of distances by scipy', () => {
    const { neighbours, ...expected } = pr
    expect(precisionRecall(a, b, { neighbours })).toEqual(expected)
  })
})

const [some, others] = [statisticsFor([1, 20, 4, 0]), statisticsFor([2, 20, 4, 1])]

it('the distances of a set to itself are 0, 0 and 1', () => {
  expect(Math.abs(frechet(some, some))).toBeLessThan(1e-12)
  expect(kernelDistance(some, some, { subsets: 1, subsetSize: 20 }).mean).toBeLessThan(0)
  expect(precisionRecall(some, some)).toEqual({ precision: 1, recall: 1 })
  const far = statisticsOf([...Array(20).keys()].map((i) => [i + 100, i, 1, 1]), [...Array(20).keys()].map(String), { of: 'made up' }) // prettier-ignore
  expect(precisionRecall(some, far)).toEqual({ precision: 0, recall: 0 })
})

it('the unbiased kernel distance of two halves of one distribution is near 0, on either side', () => {
  const values = [3, 4, 5, 6, 7, 8].map((seed) => kernelDistance(some, statisticsFor([seed, 20, 4, 0]), { subsets: 1, subsetSize: 20 }).mean)
  expect(Math.max(...values.map(Math.abs))).toBeLessThan(0.5)
  expect(kernelDistance(some, others, { subsets: 1 }).mean).toBeGreaterThan(1)
})

describe('what is refused', () => {
  const one = statisticsOf([[1, 2, 3, 4]], ['a'], { of: 'made up' })
  const elsewhere = { ...some, of: 'another layer' }
  const wider = statisticsFor([1, 20, 5, 0])

  it.each([
    [
      'another layer',
      () => frechet(some, elsewhere),
      "The statistics: received 'made up' and 'another layer', expected two of the same network, layer and size.",
    ],
    ['another dimension', () => frechet(some, wider), /features of 4 and of 5 numbers, expected two of the same network and layer/],
    [
      'no picture',
      () => frechet(statisticsMonoid.empty, some),
      /The first statistics of frechet: received statistics of no picture, expected two pictures at least/,
    ],
    ['one picture', () => frechet(some, one), /The second statistics of frechet: received statistics of one feature, expected two pictures at least/],
    ['subsets of more than the sample', () => kernelDistance(some, others, { subsetSize: 21 }), /received a sample of 20 features, expected 21 at least/],
    ['no more features than neighbours', () => precisionRecall(some, one), /received a sample of 1 features, expected 4 at least/],
    ['another layer, for samples', () => precisionRecall(elsewhere, some), /'another layer' and 'made up'/],
  ])('%s', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})
