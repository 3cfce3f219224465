/**
 * Pictures at the extremes, in pairs: every metric's values and gradients must be finite on them.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { compile, focalFrequency, gmsd, haarPsi, mse, msSsim, pixels, show, ssim, type Loss } from '../../src/index.js'
import { builtInLeaves, builtInTransforms } from '../../src/laws/index.js'
import type { Next } from './random.js'

type AnyLoss = Loss<never, 'target'>

/** A metric with several choices of its options. */
export interface Fuzzed {
  readonly name: string
  readonly losses: readonly AnyLoss[]
  /** The smallest and the largest side of its pictures. */
  readonly minSide: number
  readonly maxSide: number
}

/** What was found of one metric. */
export interface PairsReport {
  readonly name: string
  readonly pairs: number
  readonly values: number
  readonly gradients: number
  /** The first few, in words. */
  readonly findings: readonly string[]
}

const chosen = (plain: AnyLoss, make: fc.Arbitrary<AnyLoss>): readonly AnyLoss[] => [plain, ...fc.sample(make, { seed: 5, numRuns: 7 })]

/** Every metric, regularizer and transform of the package, with its usual options and others. */
export const FUZZED: readonly Fuzzed[] = [
  ...builtInLeaves.map(({ id, minSide, plain, make }, i) => ({
    name: `${id}${builtInLeaves.findIndex((other) => other.id === id) === i ? '' : ` (${String(i)})`}`,
    losses: chosen(
      plain(pixels) as AnyLoss,
      make.map((of) => of(pixels) as AnyLoss),
    ),
    minSide: Math.max(8, minSide),
    // It compares every position with every other one.
    maxSide: id === 'contextual' ? 8 : Math.max(24, minSide),
  })),
  ...builtInTransforms.map(({ id, plain, make }) => ({
    name: `mse of ${id}`,
    losses: chosen(
      mse(plain(pixels)) as AnyLoss,
      make.map((of) => mse(of(pixels)) as AnyLoss),
    ),
    minSide: 8,
    maxSide: 24,
  })),
  { name: 'ssim as usual', losses: [ssim(pixels), ssim(pixels, { window: 11, channels: 'luma' })], minSide: 12, maxSide: 24 },
  { name: 'msSsim as usual', losses: [msSsim(pixels, { window: 3 }), msSsim(pixels, { window: 1 })], minSide: 48, maxSide: 48 },
  { name: 'gmsd, haarPsi as usual', losses: [gmsd(pixels), haarPsi(pixels)], minSide: 16, maxSide: 24 },
  {
    name: 'focalFrequency, weighted',
    losses: [focalFrequency(pixels), focalFrequency(pixels, { alpha: 1 }), focalFrequency(pixels, { alpha: 0.5 })],
    minSide: 8,
    maxSide: 24,
  },
]

const SMALLEST = 2 ** -149

/** Pairs of kinds: `put(at, value)` writes one number of the reference or of the prediction. */
type Kind = (length: number, next: Next) => readonly [reference: (i: number) => number, prediction: (i: number) => number]

const noise = (length: number, next: Next, of: (value: number) => number = (value) => value): ((i: number) => number) => {
  const values = Float32Array.from({ length }, () => of(next()))
  return (i) => values[i] ?? 0
}
const always = (value: number) => (): number => value
const twice = (of: (i: number) => number) => [of, of] as const

const KINDS: readonly Kind[] = [
  (length, next) => twice(noise(length, next)),
  () => twice(always(0)),
  () => twice(always(1)),
  (_length, next) => twice(always(next())),
  (_length, next) => [always(next()), always(next())],
  () => [always(0), always(1)],
  () => [always(1), always(0)],
  (length, next) => [noise(length, next), always(next() < 0.5 ? 0 : 1)],
  (length, next) => [always(next() < 0.5 ? 0 : 1), noise(length, next)],
  (length, next) => [noise(length, next, Math.round), noise(length, next, Math.round)],
  (length, next) => [noise(length, next), noise(length, next)],
  // One pixel, or one number, differs: by much, by a rounding, or by the smallest number there is.
  (length, next) => {
    const [of, at, by] = [
      next() < 0.5 ? noise(length, next) : always(next() < 0.5 ? 0 : 0.5),
      Math.floor(next() * length),
      [1, 2 ** -24, SMALLEST][Math.floor(next() * 3)] ?? 1,
    ]
    return [of, (i) => (i === at ? Math.min(1, of(i) + by) : of(i))]
  },
  // Numbers below float32's normal ones.
  (length, next) => [noise(length, next, (value) => value * 1e-38), noise(length, next, (value) => value * 1e-44)],
  () => [always(SMALLEST), always(0)],
  (length, next) => [noise(length, next, (value) => (value < 0.5 ? 0 : SMALLEST)), noise(length, next, (value) => value * 1e-20)],
  // Two numbers next to each other.
  (length, next) => {
    const of = noise(length, next, (value) => Math.fround(0.25 + value / 2))
    return [of, (i) => of(i) + 2 ** -25]
  },
  // One channel; an edge; a gradient.
  (_length, next) => [always(0), ((channel) => (i: number) => (i % 3 === channel ? 1 : 0))(Math.floor(next() * 3))],
  (length) => [(i) => (i < length / 2 ? 0 : 1), (i) => (i < length / 2 ? 1 : 0)],
  (length) => [(i) => i / length, (i) => 1 - i / length],
]

const batchOf = (size: number, side: number, next: Next): { readonly kinds: readonly number[]; readonly pictures: readonly [Float32Array, Float32Array] } => {
  const length = side * side * 3
  const [reference, prediction] = [new Float32Array(size * length), new Float32Array(size * length)]
  const kinds = Array.from({ length: size }, () => Math.floor(next() * KINDS.length))
  kinds.forEach((kind, at) => {
    const [a, b] = KINDS[kind]?.(length, next) ?? [always(0), always(0)]
    for (let i = 0; i < length; i++) {
      reference[at * length + i] = a(i)
      prediction[at * length + i] = b(i)
    }
  })
  return { kinds, pictures: [reference, prediction] }
}

/** Positions (of samples) where a number is not finite. */
const brokenIn = (values: Float32Array, samples: number): readonly number[] => {
  const length = values.length / samples
  return Array.from({ length: samples }, (_, at) => at).filter((at) => !values.subarray(at * length, (at + 1) * length).every(Number.isFinite))
}

/** Runs one metric on so many pairs. */
export const fuzzPairs = ({ name, losses, minSide, maxSide }: Fuzzed, pairs: number, next: Next): PairsReport => {
  const functions = losses.map((loss) => ({ loss, f: compile(loss) }))
  const [findings, counts]: [string[], { values: number; gradients: number }] = [[], { values: 0, gradients: 0 }]
  let done = 0
  for (let batch = 0; done < pairs; batch++) {
    const side = minSide + Math.floor(next() ** 2 * (maxSide + 1 - minSide))
    const size = Math.min(pairs - done, Math.max(4, Math.floor(6400 / side ** 2)))
    const { kinds, pictures } = batchOf(size, side, next)
    const { loss, f } = functions[batch % functions.length] as (typeof functions)[number]
    const [values, gradient] = tf.tidy(() => {
      const [reference, prediction] = pictures.map((picture) => tf.tensor4d(picture, [size, side, side, 3])) as [Tensor4D, Tensor4D]
      const { value, grad } = tf.valueAndGrad((x) => tf.sum(f.perSample(reference, x)))(prediction)
      return [f.perSample(reference, prediction).dataSync<'float32'>().slice(), grad.dataSync<'float32'>().slice(), value] as const
    })
    const broken = [...brokenIn(values, size).map((at) => ({ what: 'value', at })), ...brokenIn(gradient, size).map((at) => ({ what: 'gradient', at }))]
    counts.values += broken.filter(({ what }) => what === 'value').length
    counts.gradients += broken.filter(({ what }) => what === 'gradient').length
    for (const { what, at } of broken.slice(0, 3))
      if (findings.length < 12) findings.push(`${show(loss)}: ${what} at a pair of kind ${String(kinds[at])}, side ${String(side)}`)
    done += size
  }
  functions.forEach(({ f }) => {
    f.dispose()
  })
  return { name, pairs: done, values: counts.values, gradients: counts.gradients, findings }
}
