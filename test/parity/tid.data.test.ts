/** The pair of TID2013 pictures that piq's own tests use, with the values those tests expect. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, dists, gmsd, pixels, ssim } from '../../src/index.js'
import { readImage } from '../../src/node/index.js'
import { sharedVgg16 } from '../support/network.js'
import { DATA, hasData } from '../support/sharedData.js'
import { takeNumber } from '../support/tensors.js'

const tid = new URL('images/', DATA)

describe.runIf(hasData)("the TID pair of piq's tests", () => {
  it('SSIM .78196, GMSD .094124655829098', async () => {
    const [x, y] = [await readImage(new URL('tid_I01.png', tid)), await readImage(new URL('tid_i01_01_5.png', tid))]
    // piq 0.8.0 gives .78196 for SSIM, of which its test allows .7842 +- 1e-2.
    expect(1 - takeNumber(compile(ssim(pixels, { downsample: 'auto' }))(x, y))).toBeCloseTo(0.78196, 4)
    expect(takeNumber(compile(gmsd(pixels))(x, y))).toBeCloseTo(0.094124655829098, 5)
  })

  it('DISTS .17321, its pictures made smaller by 1.5 as piq does', async () => {
    // 512 columns by 1.5 are 341 and a part: torch's positions are those of the whole 342 of 513.
    const smaller = async (name: string): Promise<Tensor4D> => {
      const image = await readImage(new URL(name, tid))
      return tf.tidy(() => {
        const wider = tf.pad(image, [[0, 0], [0, 0], [0, 1], [0, 0]]) // prettier-ignore
        return tf.slice(tf.image.resizeBilinear(wider, [256, 342], false, true), [0, 0, 0, 0], [-1, -1, 341, -1])
      })
    }
    const value = takeNumber(compile(dists(), await sharedVgg16())(await smaller('tid_I01.png'), await smaller('tid_i01_01_5.png')))
    // The last digit of five that piq's test has.
    expect(Math.abs(value - 0.17321)).toBeLessThan(1e-5)
  })
})
