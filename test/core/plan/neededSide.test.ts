/** Errors about small pictures name the size that the whole loss needs. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { neededSide } from '../../../src/core/plan/neededSide.js'
import { compile, msSsim, pixels, ssim, sum } from '../../../src/index.js'

describe('neededSide', () => {
  it.each([1, 2, 11, 16, 161, 4096])('finds %d', (side) => {
    expect(neededSide((tried) => tried >= side)).toBe(side)
  })

  it('ends if nothing fits', () => {
    expect(neededSide(() => false)).toBeUndefined()
  })
})

describe('an error about small pictures', () => {
  it('names what the largest term needs, whichever term came first', () => {
    const small = tf.zeros<tf.Rank.R4>([1, 8, 200, 3])
    // SSIM's window needs 11 pixels; MS-SSIM halves four times before it: 11 x 16 - 15 = 161.
    expect(() => compile(sum(ssim(pixels), msSsim(pixels)))(small, small)).toThrow(/at least 11[^]*The whole loss needs pictures of at least 161 x 161\.$/)
    small.dispose()
  })
})
