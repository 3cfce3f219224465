/** SSIMULACRA2: the package's and the authors' points, and right and finite gradients. */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, pixels, scores, ssimulacra2 } from '../../src/index.js'
import { goldenImage, noise } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'
import { gradientOf, norm, takeNumber } from '../support/tensors.js'

const { pairs } = JSON.parse(readFileSync(new URL('../goldens/ssimulacra2.json', import.meta.url), 'utf8')) as {
  readonly pairs: readonly { readonly a: string; readonly b: string; readonly points: number }[]
}

// 0.05 points.
agreesWith('ssimulacra2', ssimulacra2(pixels), { of: (v) => (100 - v) / 100, value: 5e-4, gradient: 1e-3 })
isFiniteEverywhere('ssimulacra2', ssimulacra2(pixels), 8)

describe("the authors' program (test/goldens/make_ssimulacra2.py)", () => {
  it.each(pairs)('$b', async ({ a, b, points }) => {
    const [reference, image] = [await goldenImage(a), await goldenImage(b)]
    expect(Math.abs((await scores.ssimulacra2(reference, image, { like: 'libjxl' })) - points)).toBeLessThan(0.05)
    tf.dispose([reference, image])
  })
})

it('scores identical pictures with 100 points, and refuses unknown options', async () => {
  const x = noise(1, [2, 16, 20, 3])
  expect(await scores.ssimulacra2(x, x)).toBe(100)
  await expect(scores.ssimulacra2(x, x, { like: 'rust' } as never)).rejects.toThrow(/like: received "rust", expected one of "python", "libjxl"/)
})

it('has the gradient of central differences', () => {
  const [x, y] = [noise(2, [1, 17, 19, 3]), noise(3, [1, 17, 19, 3])]
  const f = compile(ssimulacra2(pixels))
  const gradient = gradientOf((v) => f(x, v as typeof y), y)
  const steepness = norm(gradient)
  const at = (step: number): number => takeNumber(f(x, tf.add<tf.Tensor4D>(y, tf.mul(tf.tensor4d(gradient, y.shape), step / steepness))))
  // Float32 values of about 5, over 0.02.
  expect(Math.abs((at(0.01) - at(-0.01)) / 0.02 / steepness - 1)).toBeLessThan(0.01)
})

it('says which size it needs', () => {
  const small = noise(5, [1, 7, 20, 3])
  expect(() => compile(ssimulacra2(pixels))(small, small)).toThrow(/both sides must be at least 8 for its first scale/)
})
