/** The recorded runs of the stories are runs of today's code, and small. */
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { RECORDINGS } from '../../playground/pictures/recordings.js'
import { STORIES, type StoryName } from '../../playground/stories.js'
import { recordOptimisation, recordSlider, type Recorded } from '../../scripts/stories/record.js'

const stripOf = (name: StoryName): Promise<Buffer> => readFile(new URL(`../../playground/recordings/${name}.webp`, import.meta.url))

/** How far the frame of a strip is from a picture: the mean difference of bytes. */
const distance = async (name: StoryName, frame: number, { frames }: Recorded, of = frame): Promise<number> => {
  const { width, height } = RECORDINGS[name]
  const region = { left: 0, top: frame * height, width, height }
  const stored = await sharp(await stripOf(name))
    .extract(region)
    .ensureAlpha()
    .raw()
    .toBuffer()
  const drawn = frames[of]?.data ?? new Uint8ClampedArray()
  return stored.reduce((sum, byte, i) => sum + Math.abs(byte - (drawn[i] ?? 0)), 0) / stored.length
}

describe.each(Object.keys(STORIES) as StoryName[])('%s', (name) => {
  it('has a frame for each place, the last one at the end', async () => {
    const { width, height, frames, values } = RECORDINGS[name]
    const strip = sharp(await stripOf(name))
    expect(await strip.metadata()).toMatchObject({ width, height: frames.length * height, format: 'webp' })
    for (const all of Object.values(values)) expect(all).toHaveLength(frames.at(-1) ?? 0)
  })

  it('is far smaller than the network it stands for', async () => {
    expect((await stripOf(name)).length).toBeLessThan(200e3)
  })
})

// Backends differ in the last digits of float32, which Adam's first steps (by the sign of the gradient) can turn over in flat places.
const SAME = 0.01

it.each(['block4', 'paint'] as const)('%s begins as the page begins it today: its first two steps are those recorded', async (name) => {
  const today = await recordOptimisation(name, 2)
  today.recording.values['loss']?.forEach((value, i) => {
    expect(Math.abs(value / (RECORDINGS[name].values['loss']?.[i] ?? 0) - 1)).toBeLessThan(SAME)
  })
  // WebP at this quality changes a byte by 2 to 4 of 255.
  expect(await distance(name, 0, today)).toBeLessThan(8)
})

it('"Why not MSE?" has the numbers of its slider today: of one MSE, while LPIPS and DISTS grow', async () => {
  const today = await recordSlider([1])
  const last = RECORDINGS.mse.frames.length - 1
  for (const [measure, [value = 0]] of Object.entries(today.recording.values))
    expect(Math.abs(value / (RECORDINGS.mse.values[measure]?.[last] ?? 0) - 1), measure).toBeLessThan(SAME)
  const { MSE = [], LPIPS = [], DISTS = [] } = RECORDINGS.mse.values
  // Rounding to bytes alone tells them apart.
  expect(Math.max(...MSE) / Math.min(...MSE)).toBeLessThan(1.002)
  for (const values of [LPIPS, DISTS]) expect([...values].sort((a, b) => a - b)).toEqual(values)
  expect(await distance('mse', last, today, 0)).toBeLessThan(8)
})
