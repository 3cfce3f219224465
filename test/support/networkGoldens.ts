/** Recipes over a network, against the peers' own values and gradients (test/goldens/make_rankers.py). */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, type Extractor, type Loss, type Target } from '../../src/index.js'
import { full } from './full.js'
import { pairsOf, type Gradient } from './goldenPairs.js'
import { goldenImage } from './images.js'
import { norm, valueAndGradient } from './tensors.js'

const pairs = pairsOf('recipes.json')

/** How near values and gradients are to the peer's. */
export interface Nearness {
  /** As a share of the peer's value. */
  readonly value: number
  /** Of the norm, and of points, as a share of the peer's norm. */
  readonly gradient: number
  /** Pairs whose gradient is that of rounding in the peer's. */
  readonly without?: RegExp
  /** Of the large pictures one pair alone: for options of a recipe whose every pair is compared with others. */
  readonly oneLarge?: boolean
}

/** The pairs of a full run: every distortion of the small picture, and five of the large ones. */
const CHOSEN = /^(coffee(_\w+)?|astronaut_(shift|flat)|chelsea_(black|jpeg|noise))\.png$/

/** The pairs of a full run with one large pair. */
const ONE_LARGE = /^(coffee(_\w+)?|astronaut_shift)\.png$/

/** The pair of a quick run. */
const QUICK = /^coffee_noise\.png$/

/** On the golden pairs a recipe has the peer's value and gradient, and its gradient is finite. */
export const agreesOverNetwork = (
  peer: string,
  loss: Loss<string, Target>,
  network: () => Promise<Extractor<string>>,
  { value, gradient, without, oneLarge = false }: Nearness,
): void => {
  describe(peer, () => {
    it.each(pairs.filter(({ b, values }) => typeof values[peer] === 'number' && (!full ? QUICK : oneLarge ? ONE_LARGE : CHOSEN).test(b)))(
      '$a $b',
      async ({ a, b, values, gradients }) => {
        const f = compile(loss, await network())
        const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
        const [received, slope] = valueAndGradient((x) => f(target, x as typeof target), prediction)
        const expected = values[peer] ?? Number.NaN
        expect(Math.abs(received - expected), `ours ${String(received)}, the peer's ${String(expected)}`).toBeLessThanOrEqual(Math.max(1e-6, value * expected))
        expect(slope.every(Number.isFinite)).toBe(true)
        const peers = gradients[peer]
        if (typeof peers === 'object' && without?.test(b) !== true) expectGradient(slope, target.shape[2], peers, gradient)
        tf.dispose([target, prediction])
      },
    )
  })
}

const expectGradient = (slope: Float32Array, width: number, peers: Gradient, tolerance: number): void => {
  expect(Math.abs(norm(slope) - peers.norm) / peers.norm, 'the norm').toBeLessThanOrEqual(tolerance)
  for (const [point, expected] of Object.entries(peers.points)) {
    const [row = 0, column = 0, channel = 0] = point.split(',').map(Number)
    const at = slope[(row * width + column) * 3 + channel] ?? Number.NaN
    expect(Math.abs(at - expected) / peers.norm, point).toBeLessThanOrEqual(tolerance)
  }
}
