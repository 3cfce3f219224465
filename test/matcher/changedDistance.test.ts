/** The distance of what changed, in files. */
import { describe, expect, it } from 'vitest'
import * as tf from '@tensorflow/tfjs'
import { alexnet, compile, lpips } from '../../src/index.js'
import { boundsOf } from '../../src/matcher/bounds.js'
import { changedDistances } from '../../src/matcher/changedDistance.js'
import { random } from '../support/images.js'
import { takeNumber } from '../support/tensors.js'

const [height, width] = [260, 420]

/** An opaque page of noise in blocks. */
const page = (white = 255) => {
  const next = random(4)
  const blocks = Array.from({ length: 40 * 40 * 3 }, () => Math.floor(next() * (white + 1)))
  const data = white === 255 ? new Uint8Array(height * width * 4) : new Uint16Array(height * width * 4)
  for (let at = 0; at < data.length; at++) {
    const [row, column, channel] = [Math.floor(at / 4 / width), Math.floor(at / 4) % width, at % 4]
    data[at] = channel === 3 ? white : (blocks[(40 * Math.floor(row / 12) + Math.floor(column / 12)) * 3 + channel] ?? 0)
  }
  return { data, white, height, width }
}

/** A page with a square of another colour. */
const changed = (white = 255) => {
  const picture = page(white)
  for (let row = 30; row < 50; row++) for (let column = 40; column < 60; column++) picture.data.set([white, 0, 0], 4 * (row * width + column))
  return picture
}

const tensor = ({ data, white }: ReturnType<typeof page>): tf.Tensor4D =>
  tf.tensor4d(Float32Array.from({ length: height * width * 3 }, (_, i) => (data[4 * Math.floor(i / 3) + (i % 3)] ?? 0) / white), [1, height, width, 3]) // prettier-ignore

describe('the distances of a small change', () => {
  it.each([255, 65535])('are those of the whole pictures, for samples up to %i', async (white) => {
    const [reference, picture] = [page(white), changed(white)]
    const [lpipsOfChange = 0, mseOfChange = 0] = (await changedDistances(boundsOf({ lpips: 0.05, psnr: 30 }), { reference, picture })) ?? []
    const [a, b] = [tensor(reference), tensor(picture)]
    const whole = takeNumber(compile(lpips(), await alexnet())(a, b))
    expect(whole).toBeGreaterThan(0.001)
    expect(Math.abs(lpipsOfChange - whole)).toBeLessThan(4e-6 * whole)
    expect(mseOfChange).toBeCloseTo(takeNumber(tf.mean(tf.squaredDifference(a, b))), 8)
  })

  it('are not computed for a transparent pixel, a bound that needs whole pictures, or a change of the whole page', async () => {
    const clear = changed()
    clear.data[4 * (40 * width + 50) + 3] = 100
    expect(await changedDistances(boundsOf({ lpips: 0.05 }), { reference: page(), picture: clear })).toBeUndefined()
    expect(await changedDistances(boundsOf({ lpips: 0.05, ssim: 0.05 }), { reference: page(), picture: changed() })).toBeUndefined()
    const negative = page()
    negative.data.forEach((value, i) => (negative.data[i] = i % 4 === 3 ? 255 : 255 - value))
    expect(await changedDistances(boundsOf({ lpips: 0.05 }), { reference: page(), picture: negative })).toBeUndefined()
  })
})
