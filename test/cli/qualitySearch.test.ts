/** The search for the smallest quality, against all qualities. */
import { describe, expect, it } from 'vitest'
import { logDistance } from '../../src/cli/encode/logDistance.js'
import { MOST_ENCODINGS, searchQualities, type Aim, type Encoding, type Found } from '../../src/cli/encode/qualitySearch.js'

/** Scores as codecs have them: steep at low qualities; a straight line; steps; one that only the highest qualities move. */
const CURVES: Readonly<Record<string, (quality: number) => number>> = {
  concave: (quality) => 1 - 1 / (1 + quality / 8),
  line: (quality) => quality / 100,
  steps: (quality) => Math.floor(quality / 10) / 10,
  late: (quality) => (quality / 100) ** 9,
  infinite: (quality) => (quality > 93 ? Infinity : quality),
}

const FORMATS = [
  { name: 'jpeg', start: 75, fineness: (quality: number) => quality / 20 },
  { name: 'webp', start: 75, fineness: (quality: number) => Math.log(quality) },
  { name: 'avif', start: 50, fineness: (quality: number) => quality / 30 },
]

const searched = async (
  formats: typeof FORMATS,
  bound: number,
  curve: (quality: number) => number,
): Promise<{ readonly found: readonly Found[]; readonly asked: readonly string[] }> => {
  const asked: string[] = []
  const aim: Aim = { bound, reaches: (value) => value >= bound, logDistance: (value) => -value }
  const encode = (format: string, quality: number): Promise<Encoding> => {
    asked.push(`${format} ${String(quality)}`)
    return Promise.resolve({ quality, bytes: new Uint8Array(quality), value: curve(quality) })
  }
  return { found: await searchQualities(formats, aim, encode), asked }
}

const qualities = Array.from({ length: 100 }, (_, i) => i + 1)

describe.each(Object.entries(CURVES))('of a curve: %s', (_, curve) => {
  it('one format: exactly the smallest quality that reaches the target, in at most 12 encodings, none of them twice', async () => {
    for (const quality of qualities) {
      const { found, asked } = await searched(FORMATS.slice(0, 1), curve(quality), curve)
      const expected = qualities.find((other) => curve(other) >= curve(quality))
      expect(found).toEqual([
        expect.objectContaining({ best: expect.objectContaining({ quality: expected }) as object, isSmallest: true, encodings: asked.length }),
      ])
      expect(asked.length).toBeLessThanOrEqual(MOST_ENCODINGS)
      expect(new Set(asked).size).toBe(asked.length)
    }
  })

  it('three formats: 12 encodings in all, and a quality that reaches the target', async () => {
    for (const quality of qualities) {
      const { found, asked } = await searched(FORMATS, curve(quality), curve)
      expect(asked.length).toBeLessThanOrEqual(12)
      for (const { best, below, isSmallest } of found) {
        expect(curve(best?.quality ?? Number.NaN)).toBeGreaterThanOrEqual(curve(quality))
        expect(isSmallest).toBe((below?.quality ?? 0) + 1 === best?.quality)
      }
    }
  })

  it('says that no quality reaches a target, after the highest', async () => {
    for (const bound of [Number.NaN, 1e9]) {
      const { found, asked } = await searched(FORMATS.slice(0, 1), curve(100) === Infinity ? Number.NaN : bound, curve)
      const below = expect.objectContaining({ quality: 100 }) as object
      expect(found).toEqual([{ name: 'jpeg', best: undefined, below, isSmallest: true, encodings: asked.length }])
      expect(asked.length).toBeLessThanOrEqual(MOST_ENCODINGS)
    }
  })
})

it('logDistance: of a distance its logarithm; of a similarity that of the distance that it reports', () => {
  expect(logDistance({ similarity: false, report: (value) => value }, 0.25)).toBeCloseTo(Math.log(0.25), 6)
  expect(logDistance({ similarity: true, report: (value) => 1 - value }, 0.9)).toBeCloseTo(Math.log(0.1), 6)
  expect(logDistance({ similarity: true, report: (value) => -10 * Math.log10(value) }, 40)).toBeCloseTo(Math.log(1e-4), 6)
  expect(logDistance({ similarity: true, report: (value) => 100 - 100 * value }, 80)).toBeCloseTo(Math.log(0.2), 6)
})
