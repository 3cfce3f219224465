/**
 * Gradients against the peers' own code on the 24 distorted pairs.
 *
 * Max pooling of equal values: we share the gradient among them, the peers give it to the first. Pairs with such ties (black and flat pictures,
 * JPEG's flat blocks, the astronaut's saturated whites) are compared with the peers' rule put in, all others with our own.
 *
 * Every distortion of the small picture, and some of the large ones: what a distortion does to a gradient shows in either size, and every pair's values are compared in values.test.ts. On WASM,
 * where a step of a large picture takes a second, one large pair of each picture; on the native backend of each picture one by each rule for ties, and black, of which all is tied. Total
 * variation, which takes no time, on all. A quick run compares two small pictures.
 *
 * Tolerance: 1e-3 of the peer's norm, for the norm and for each point.
 */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, sum, type Extractor, type PreparedLoss, type Vgg16Layer } from '../../src/index.js'
import { full } from '../support/full.js'
import { goldenImage } from '../support/images.js'
import { sharedVgg16 } from '../support/network.js'
import { peersVgg16 } from '../support/firstTie.js'
import { norm } from '../support/tensors.js'
import { asShipped, BLOCK3, COVERED, DISTS, JOHNSON, LPIPS_VGG, SEED, TV, type GoldenGradient } from './goldens.js'

const TOLERANCE = 1e-3
const TIED = /_(jpeg|dark|black|flat)\.png$|^astronaut_(gray|shift)\.png$/
const GOLDENS = [BLOCK3, SEED, JOHNSON, TV, LPIPS_VGG, DISTS]
const CHOSEN = !full
  ? /^coffee_(noise|jpeg)\.png$/
  : process.env['BACKEND'] === 'wasm'
    ? /^coffee|_noise\.png$/
    : /^(coffee(_\w+)?|astronaut_(blur|shift)|chelsea_(noise|jpeg|black))\.png$/

const check = async (f: PreparedLoss, b: string, expected: GoldenGradient): Promise<void> => {
  const prediction = await goldenImage(b)
  const gradient = tf.tidy(() => tf.grad((x) => f(x))(prediction))
  const values = gradient.dataSync()
  const [, , width = 0] = gradient.shape
  const at = (row: number, column: number, channel: number) => values[(row * width + column) * 3 + channel] ?? Number.NaN
  expect(Math.abs(norm(values) / expected.norm - 1), 'the norm').toBeLessThanOrEqual(TOLERANCE)
  for (const [row, column, channel, value] of expected.at)
    expect(Math.abs(at(row, column, channel) - value), `at ${String([row, column, channel])}`).toBeLessThanOrEqual(TOLERANCE * expected.norm)
  tf.dispose([prediction, gradient])
}

const covered = asShipped.flatMap(({ a, b, gradients }) =>
  GOLDENS.flatMap((golden) => {
    const expected = gradients[golden]
    return typeof expected === 'object' && expected.norm > 0 ? [{ a, b, golden, expected }] : []
  }),
)
const cases = covered.filter(({ b, golden }) => CHOSEN.test(b) || (full && golden === TV))

describe('gradients', () => {
  let ours: Extractor<Vgg16Layer>
  let peers: Extractor<Vgg16Layer>
  const known = new Map<string, PreparedLoss>()
  beforeAll(async () => {
    ours = await sharedVgg16()
    peers = peersVgg16(readFileSync(new URL('../../weights/vgg16.safetensors', import.meta.url)))
  })

  /** The loss of a golden against a picture, prepared once for all its distortions. */
  const prepared = async (rule: 'ours' | 'peers', golden: string, a: string): Promise<PreparedLoss> => {
    const key = `${rule} ${golden} ${a}`
    const found = known.get(key)
    if (found !== undefined) return found
    const target = await goldenImage(a)
    const made = compile(COVERED[golden] ?? sum(), rule === 'ours' ? ours : peers).prepare(target)
    target.dispose()
    known.set(key, made)
    return made
  }

  it('are covered: three losses on 24 pairs, total variation on those that vary', () => {
    expect(covered.filter(({ golden }) => [BLOCK3, SEED, JOHNSON].includes(golden))).toHaveLength(72)
    expect(covered.filter(({ golden }) => golden === TV)).toHaveLength(18)
  })

  it.each(cases.filter(({ b }) => !TIED.test(b)))('$b $golden', async ({ a, b, golden, expected }) => {
    await check(await prepared('ours', golden, a), b, expected)
  })

  it.each(cases.filter(({ b }) => TIED.test(b)))("$b $golden, with the peers' rule for ties", async ({ a, b, golden, expected }) => {
    await check(await prepared('peers', golden, a), b, expected)
  })
})
