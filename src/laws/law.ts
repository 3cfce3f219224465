/**
 * The laws of losses, each a pure boolean function of a loss and a case, with its statement and the expressions that show a case.
 *
 * Numbers are equal up to rounding: float32 has 6e-8 a rounding, relative to the terms' absolute values, and a term is a sum of many.
 */
import type { LawName } from '../index.js'
import { jumpOf, type Jump } from './jump.js'
import type { Picture, Subject } from './subject.js'
import { tensorText } from './tensorText.js'

/** A reference, a prediction, and a third picture of their shape. */
export interface LawCase {
  readonly reference: Picture
  readonly prediction: Picture
  readonly third: Picture
}

/** Laws that a loss may claim. */
export type ClaimedLaw = LawName
/** Laws that every loss must obey. */
export type UniversalLaw = 'finite' | 'predictionOnly' | 'samplewise' | 'stateless' | 'tidy'
/** A law's name. */
export type Law = ClaimedLaw | UniversalLaw

/** One law. */
export interface LawDefinition {
  readonly statement: string
  readonly holds: (f: Subject, pictures: LawCase) => boolean
  /** The observed values in a case. */
  readonly observed: (f: Subject, pictures: LawCase) => string
  /** The expressions that show a case, in f, reference, prediction and third. */
  readonly shown: (f: Subject, pictures: LawCase) => readonly string[]
}

/** Relative rounding that equal numbers may differ by. */
export const ROUNDING = 2e-5

/** A value that a bounded loss without a known range must not pass. */
const HUGE = 100

const near = (x: number, y: number, size: () => number): boolean => x === y || Math.abs(x - y) <= ROUNDING * size()

const atMost = (x: number, y: number, size: () => number): boolean => x <= y || x - y <= ROUNDING * size()

/** The size of values between pictures that differ: a picture, and it with another hue. */
const scaleOf = (f: Subject, a: Picture): number => f.size(a, { shape: a.shape, values: a.values.map((value, i) => (i % 3 === 0 ? value + 1 : value)) })

/** Zero up to half a dozen roundings of what it could be. */
const zero = (f: Subject, a: Picture): boolean => {
  const value = f.value(a, a)
  return value === 0 || Math.abs(value) <= 5e-7 * scaleOf(f, a)
}

const rangeOf = ({ claims }: Subject): readonly [number, number] => (claims.bounded && claims.range.every(Number.isFinite) ? claims.range : [-HUGE, HUGE])

/** The laws that a loss may claim. */
const claimed: Readonly<Record<ClaimedLaw, LawDefinition>> = {
  symmetric: {
    statement: 'f(a, b) = f(b, a)',
    holds: (f, { reference: a, prediction: b }) => near(f.value(a, b), f.value(b, a), () => Math.max(f.size(a, b), f.size(b, a))),
    observed: (f, { reference: a, prediction: b }) => `f(a, b) = ${String(f.value(a, b))}, f(b, a) = ${String(f.value(b, a))}`,
    shown: () => ['f(reference, prediction).arraySync()', 'f(prediction, reference).arraySync()'],
  },
  zeroOnIdentity: {
    statement: 'f(a, a) = 0',
    holds: (f, { reference }) => zero(f, reference),
    observed: (f, { reference }) => `f(a, a) = ${String(f.value(reference, reference))}`,
    shown: () => ['f(reference, reference).arraySync()'],
  },
  triangle: {
    statement: 'f(a, b) <= f(a, c) + f(c, b)',
    holds: (f, { reference: a, prediction: b, third: c }) =>
      atMost(f.value(a, b), f.value(a, c) + f.value(c, b), () => f.size(a, b) + f.size(a, c) + f.size(c, b)),
    observed: (f, { reference: a, prediction: b, third: c }) =>
      `f(a, b) = ${String(f.value(a, b))}, f(a, c) = ${String(f.value(a, c))}, f(c, b) = ${String(f.value(c, b))}`,
    shown: () => ['f(reference, prediction).arraySync()', 'f(reference, third).arraySync()', 'f(third, prediction).arraySync()'],
  },
  nonNegative: {
    statement: 'f(a, b) >= 0',
    holds: (f, { reference, prediction }) => atMost(0, f.value(reference, prediction), () => f.size(reference, prediction)),
    observed: (f, { reference, prediction }) => `f(a, b) = ${String(f.value(reference, prediction))}`,
    shown: () => ['f(reference, prediction).arraySync()'],
  },
  bounded: {
    statement: 'f(a, b) stays in its range',
    holds: (f, { reference, prediction }) => {
      const [value, [min, max]] = [f.value(reference, prediction), rangeOf(f)]
      const size = () => Math.max(f.size(reference, prediction), Math.abs(min), Math.abs(max))
      return atMost(min, value, size) && atMost(value, max, size)
    },
    observed: (f, { reference, prediction }) => `f(a, b) = ${String(f.value(reference, prediction))}, outside of [${rangeOf(f).join(', ')}]`,
    shown: () => ['f(reference, prediction).arraySync()'],
  },
  smooth: {
    statement: 'the gradient in the prediction is continuous',
    holds: (f, pictures) => tooCoarse(pictures) || isContinuous(jump(f, pictures)),
    observed: (f, pictures) => {
      const { low, high, apart, allowed } = jump(f, pictures)
      return `between b and c at ${String(low)} and ${String(high)} of the way, the gradients are ${String(apart)} apart (allowed: ${String(allowed)})`
    },
    shown: (f, pictures) => {
      const { low, high } = jump(f, pictures)
      const at = (t: number): string => {
        const { values, shape } = onTheWay(pictures, t)
        return `tf.grad((x) => f(reference, x))(${tensorText(values, shape)}).arraySync()`
      }
      return [at(low), at(high)]
    },
  },
}

/** A picture between the prediction and the third. */
const onTheWay = ({ prediction: { shape, values }, third }: LawCase, t: number): Picture => ({
  shape,
  values: values.map((value, i) => value * (1 - t) + (third.values[i] ?? 0) * t),
})

const jump = (f: Subject, pictures: LawCase): Jump => {
  const { reference, prediction, third } = pictures
  const size = Math.max(f.size(reference, prediction), f.size(reference, third), scaleOf(f, reference))
  return jumpOf((t) => f.gradient(reference, onTheWay(pictures, t)) ?? new Float32Array(), size)
}

/** Between larger numbers float32 has gaps over which a narrow bend (Charbonnier's, 1e-6 wide) looks like a jump. */
const tooCoarse = ({ reference, prediction, third }: LawCase): boolean =>
  [reference, prediction, third].some(({ values }) => values.some((value) => Math.abs(value) > 2))

const isContinuous = ({ apart, allowed }: Jump): boolean => apart <= allowed

/** The laws of every loss. */
const universal: Readonly<Record<UniversalLaw, LawDefinition>> = {
  finite: {
    statement: 'f(a, b) and its gradient are finite',
    holds: (f, { reference, prediction }) =>
      Number.isFinite(f.value(reference, prediction)) && (f.gradient(reference, prediction) ?? zeros(prediction)).every(Number.isFinite),
    observed: (f, { reference, prediction }) =>
      `f(a, b) = ${String(f.value(reference, prediction))}, its gradient ${listed(f.gradient(reference, prediction) ?? zeros(prediction))}`,
    shown: () => ['f(reference, prediction).arraySync()', 'tf.grad((x) => f(reference, x))(prediction).arraySync()'],
  },
  predictionOnly: {
    statement: 'the gradient reaches the prediction, and the prediction only',
    holds: (f, { reference, prediction }) =>
      f.gradient(reference, prediction) !== undefined && f.referenceGradient(reference, prediction).every((value) => value === 0),
    observed: (f, { reference, prediction }) =>
      f.gradient(reference, prediction) === undefined
        ? 'the value does not depend on the prediction'
        : `the gradient in the reference is ${listed(f.referenceGradient(reference, prediction))}`,
    shown: () => [
      'tf.grad((x) => tf.add(f(x, prediction), tf.sum(x).mul(0)))(reference).arraySync()',
      'tf.grad((x) => f(reference, x))(prediction).arraySync()',
    ],
  },
  samplewise: {
    statement: "a batch has the mean of its samples' values",
    holds: (f, { reference, prediction }) => near(f.value(reference, prediction), mean(alone(f, reference, prediction)), () => f.size(reference, prediction)),
    observed: (f, { reference, prediction }) =>
      `the batch has ${String(f.value(reference, prediction))}, its samples alone ${alone(f, reference, prediction).join(', ')}`,
    shown: () => [
      'f(reference, prediction).arraySync()',
      'tf.split(reference, reference.shape[0]).map((a, i) => f(a, tf.split(prediction, reference.shape[0])[i]!).arraySync())',
    ],
  },
  stateless: {
    statement: 'the same again gives the same',
    holds: (f, { reference: a, prediction: b }) => {
      const before = f.value(a, b)
      f.value(b, a)
      return near(before, f.value(a, b), () => f.size(a, b) / 100)
    },
    observed: (f, { reference, prediction }) => `three calls gave ${[0, 1, 2].map(() => String(f.value(reference, prediction))).join(', ')}`,
    shown: () => ['f(reference, prediction).arraySync()', 'f(prediction, reference).arraySync()', 'f(reference, prediction).arraySync()'],
  },
  tidy: {
    statement: 'no call leaves a tensor behind',
    holds: (f, { reference, prediction }) => f.left(reference, prediction) === 0,
    observed: (f, { reference, prediction }) => `a call and a gradient left ${String(f.left(reference, prediction))} tensors`,
    shown: () => ['[tf.memory().numTensors, f(reference, prediction).dispose(), tf.memory().numTensors]'],
  },
}

const zeros = ({ values }: Picture): Float32Array => values.map(() => 0)

const listed = (values: Float32Array): string => `[${Array.from(values.slice(0, 12), String).join(', ')}${values.length > 12 ? ', ...' : ''}]`

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length

/** The value of each sample alone. */
const alone = (f: Subject, a: Picture, b: Picture): readonly number[] => Array.from({ length: a.shape[0] }, (_, i) => f.value(sample(a, i), sample(b, i)))

const sample = ({ shape: [batch, ...rest], values }: Picture, i: number): Picture => {
  const size = values.length / batch
  return { shape: [1, ...rest], values: values.slice(i * size, (i + 1) * size) }
}

/** Every law by its name. */
export const LAWS: Readonly<Record<Law, LawDefinition>> = { ...claimed, ...universal }

/** The laws that a loss must obey: those it claims, and those of every loss. */
export const lawsToObey = ({ claims }: Subject): readonly Law[] => [
  ...(Object.keys(claimed) as ClaimedLaw[]).filter((law) => claims[law]),
  ...(Object.keys(universal) as UniversalLaw[]),
]
