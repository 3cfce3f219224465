/** Metrics that pictures are ranked by, against the peers' own values and gradients in double precision (test/goldens/make_rankers.py). */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, type Loss, type Target } from '../../src/index.js'
import { sampled, sampledSmall } from './full.js'
import { pairsOf, type Gradient } from './goldenPairs.js'
import { goldenImage } from './images.js'
import { norm, valueAndGradient } from './tensors.js'

const pairs = pairsOf('rankers.json')

/** How a peer's number becomes ours, and how near they are. */
export interface Agreement {
  /** Our value from the peer's, which may be a similarity. */
  readonly of: (peers: number) => number
  /** The largest difference of values. */
  readonly value: number
  /** The largest difference of the gradient's norm and of its points, as a share of the peer's norm. */
  readonly gradient: number
  /** Pairs whose gradient differs by more, because backends round differently, and by how much. */
  readonly rounded?: { readonly of: RegExp; readonly gradient: number }
  /** Pairs whose gradient is that of rounding, in the peer's too. */
  readonly without?: RegExp
  /** Pairs whose value is that of rounding in the peer's. */
  readonly unlike?: RegExp
}

/** On every pair of the golden pictures the loss has the peer's value, and its gradient where the peer's is finite; ours always is. */
export const agreesWith = (peer: string, loss: Loss<never, Target>, { of, value, gradient, rounded, without, unlike }: Agreement): void => {
  const f = compile(loss)
  describe(peer, () => {
    // A peer has no number where it refuses a picture's size.
    const known = pairs.filter(({ values }) => typeof values[peer] === 'number')
    const small = sampledSmall(known)
    it.each(small.length > 0 ? small : sampled(known))('$a $b', async ({ a, b, values, gradients }) => {
      const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
      const [received, slope] = valueAndGradient((x) => f(target, x as typeof target), prediction)
      const expected = of(values[peer] ?? Number.NaN)
      if (unlike?.test(b) !== true) expect(Math.abs(received - expected), `ours ${String(received)}, the peer's ${String(expected)}`).toBeLessThan(value)
      expect(slope.every(Number.isFinite)).toBe(true)
      const peers = gradients[peer]
      if (typeof peers === 'object' && without?.test(b) !== true)
        expectGradient(slope, target.shape[2], peers, of(1) - of(0), rounded?.of.test(b) === true ? rounded.gradient : gradient)
      tf.dispose([target, prediction])
    })
  })
}

const expectGradient = (slope: Float32Array, width: number, peers: Gradient, sign: number, tolerance: number): void => {
  expect(Math.abs(norm(slope) - peers.norm), 'the norm').toBeLessThanOrEqual(tolerance * peers.norm)
  for (const [point, expected] of Object.entries(peers.points)) {
    const [row = 0, column = 0, channel = 0] = point.split(',').map(Number)
    const at = slope[(row * width + column) * 3 + channel] ?? Number.NaN
    expect(Math.abs(at - sign * expected), point).toBeLessThanOrEqual(tolerance * peers.norm)
  }
}
