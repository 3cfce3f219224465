/** The comparator for vitest's screenshots alone; test/matcher/browserMode.test.ts uses it in vitest. */
import { describe, expect, it } from 'vitest'
import * as tf from '@tensorflow/tfjs'
import sharp from 'sharp'
import { alexnet, compile, lpips } from '../../src/index.js'
import { heatmapToImage, readImage } from '../../src/node/index.js'
import { perceptualComparator, type Screenshot } from '../../src/matcher/comparator.js'
import { takeNumber } from '../support/tensors.js'
import { window } from './project.js'

const [blue, near, red] = [await window('#2463eb'), await window('#2865e9'), await window('#eb2424')]

const screenshot = async (png: Buffer, alpha = 255): Promise<Screenshot> => {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  for (let at = 3; at < data.length; at += 4) data[at] = alpha
  return { data: new Uint8ClampedArray(data), metadata: { height: info.height, width: info.width } }
}

describe('perceptual', () => {
  it('passes screenshots that look alike, by default to LPIPS 0.1 and spots 0.03', async () => {
    expect(await perceptualComparator(await screenshot(blue), await screenshot(near), { createDiff: true })).toEqual({ pass: true, diff: null, message: null })
  })

  it('fails beyond a bound, with the score of the pictures, and a heat map where vitest asks for one', async () => {
    const [a, b, f] = [await readImage(blue), await readImage(red), compile(lpips(), await alexnet())]
    const value = takeNumber(f(a, b))
    const heat = heatmapToImage(f.heatmap(a, b)).dataSync()
    const quick = await perceptualComparator(await screenshot(blue), await screenshot(red), { createDiff: false, lpips: 0.05, psnr: 3 })
    expect(quick).toMatchObject({ pass: false, diff: null })
    expect(Number(/^lpips is ([\d.]+), expected at most 0\.05\.$/.exec(quick.message ?? '')?.[1])).toBeCloseTo(value, 3)
    const { diff } = await perceptualComparator(await screenshot(blue), await screenshot(red), { createDiff: true })
    expect(diff).toHaveLength(40 * 60 * 4)
    const shades = heat.map((shade, i) => shade * 255 - diff![4 * Math.floor(i / 3) + (i % 3)]!)
    expect(Math.max(...shades.map(Math.abs))).toBeLessThan(0.51)
    for (let at = 3; at < diff!.length; at += 4) expect(diff![at]).toBe(255)
  })

  it('leaves no tensor behind', async () => {
    await perceptualComparator(await screenshot(blue), await screenshot(red), { createDiff: true })
    const before = tf.memory().numTensors
    await perceptualComparator(await screenshot(blue), await screenshot(red, 200), { createDiff: true })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('sees a difference in transparency alone', async () => {
    const white = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'white' } })
      .png()
      .toBuffer()
    // On white both are white; on black they are black and white.
    expect((await perceptualComparator(await screenshot(white, 0), await screenshot(white), { psnr: 30 })).message).toBe(
      'psnr is 0 dB, expected at least 30 dB.',
    )
  })

  it('names both sizes where they differ', async () => {
    const { pass, message } = await perceptualComparator(await screenshot(blue), await screenshot(await window('#2463eb', [40, 64])))
    expect([pass, message]).toEqual([false, 'The screenshot is 40 x 64, the reference is 40 x 60 (height x width).'])
  })

  it('refuses unknown bounds', async () => {
    await expect(perceptualComparator(await screenshot(blue), await screenshot(blue), { lpisp: 1 } as object)).rejects.toThrow("The bound 'lpisp'")
  })
})
