/**
 * Shift-tolerant LPIPS: the authors' numbers. Tolerances: 1e-3, for the package has most filters in float16. Their gradient gives a tie of max pooling to one of the equal values, ours shares it, so
 * pictures with areas of one colour (black, flat, JPEG's blocks) have other gradients.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  alexnet,
  alexnetShiftTolerant,
  compile,
  encode,
  laws,
  lossEq,
  lpips,
  stLpips,
  tryDecode,
  type AlexnetShiftTolerantLayer,
  type Extractor,
} from '../../src/index.js'
import { full } from '../support/full.js'
import { goldenImage, noise, plain } from '../support/images.js'
import { agreesOverNetwork } from '../support/networkGoldens.js'
import { gradientOf, leaked, takeNumber } from '../support/tensors.js'

/** The shortest side it takes. */
const SMALLEST = 21

let loaded: Promise<Extractor<AlexnetShiftTolerantLayer>> | undefined
const network = (): Promise<Extractor<AlexnetShiftTolerantLayer>> => (loaded ??= alexnetShiftTolerant())

agreesOverNetwork('stlpips(alex, shift tolerant)', stLpips(), async () => (await network()) as Extractor<string>, {
  value: 1e-3,
  gradient: 1e-3,
  without: /black|flat|jpeg/,
})

describe('stLpips', () => {
  let extractor: Extractor<AlexnetShiftTolerantLayer>
  beforeAll(async () => {
    extractor = await network()
  })

  it('costs at most 0.35 of LPIPS for a picture that moves by one pixel, at the median of photographs', async () => {
    const [f, g] = [compile(stLpips(), extractor), compile(lpips(), await alexnet())]
    const ratios: number[] = []
    for (const name of full ? ['astronaut.png', 'chelsea.png', 'coffee.png'] : ['chelsea.png']) {
      const picture = await goldenImage(name)
      // The first column is repeated.
      const moved = tf.concat(
        [tf.slice(picture, [0, 0, 0, 0], [-1, -1, 1, -1]), tf.slice(picture, [0, 0, 0, 0], [-1, -1, picture.shape[2] - 1, -1])],
        2,
      ) as Tensor4D
      ratios.push(takeNumber(f(picture, moved)) / takeNumber(g(picture, moved)))
    }
    expect([...ratios].sort((a, b) => a - b)[Math.floor(ratios.length / 2)]).toBeLessThanOrEqual(0.35)
  })

  it('is zero, with a zero gradient, on identical pictures, and has a finite gradient to plain ones, from the smallest size on', () => {
    const f = compile(stLpips(), extractor)
    const shape = [1, SMALLEST, 24, 3] as const
    const target = noise(51, shape)
    for (const picture of [target, plain(0, shape)]) {
      expect(takeNumber(f(picture, picture))).toBe(0)
      expect(Math.max(...gradientOf((x) => f(picture, x), picture).map(Math.abs))).toBe(0)
      expect(gradientOf((x) => f(target, x), picture).every(Number.isFinite)).toBe(true)
    }
    expect(leaked(() => gradientOf((x) => f(target, x), target))).toBe(0)
  })

  it('says which size and which network it needs', async () => {
    const small = noise(1, [1, SMALLEST - 1, 24, 3])
    expect(() => compile(stLpips(), extractor)(small, small)).toThrow(
      new RegExp(`too small for st_conv\\d; expected at least ${String(SMALLEST)} x ${String(SMALLEST)}`),
    )
    const other = await alexnet()
    expect(() => compile(stLpips() as never, other)).toThrow(/'st_conv1' is not a layer of alexnet/)
    expect(() => (stLpips as (options: object) => unknown)({ net: 'vgg' })).toThrow(/stLpips/)
  })

  it('is lawful, also in JSON', () => {
    const decoded = tryDecode(JSON.parse(JSON.stringify(encode(stLpips()))))
    expect(E.isRight(decoded) && lossEq.equals(decoded.right, stLpips())).toBe(true)
    expect(laws(stLpips())).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, bounded: true })
  })
})
