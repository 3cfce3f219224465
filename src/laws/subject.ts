/**
 * The subject of laws: a function of two image batches as plain numbers, with its claimed laws.
 */
import { checkArgument } from '../core/arguments/guards.js'
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { compile, laws, LossException, pixels, show, terms, unitNormalized, type Extractor, type Feature, type Laws, type Loss } from '../index.js'
import type { PictureShape } from './pictures.js'
import { aLoss, anExtractor } from '../core/language/lossGuards.js'
import { isPlainRecord, type Accepted } from '../core/arguments/checkOptions.js'

type AnyLoss = Loss<string, string>

/** An image batch as numbers. */
export interface Picture {
  readonly shape: PictureShape
  readonly values: Float32Array
}

/** A loss function written by hand, and the laws that it claims. */
export interface Handwritten {
  /** (yTrue, yPred) to a scalar or one number per sample, as for an optimizer. */
  readonly f: (reference: Tensor4D, prediction: Tensor4D) => Tensor
  /** Its name in counterexamples; by default the function's name. */
  readonly name?: string
  readonly laws?: Partial<Laws>
}

/** A metric or regularizer, with options (`charbonnier.with({ epsilon: 0.1 })`) or without. */
export type FeatureToLoss = (feature: Feature) => AnyLoss

/** What can be checked. */
export type Checkable = AnyLoss | FeatureToLoss | Handwritten

/** A function of two image batches, as numbers. */
export interface Subject {
  /** The loss as TypeScript. */
  readonly expression: string
  /** The statements that define `f`, for a program. */
  readonly setup: readonly string[]
  readonly claims: Laws
  /** The batch's value. */
  readonly value: (reference: Picture, prediction: Picture) => number
  /** The terms' absolute values added: what rounding is relative to. */
  readonly size: (reference: Picture, prediction: Picture) => number
  /** The gradient in the prediction; undefined if the value does not depend on it. */
  readonly gradient: (reference: Picture, prediction: Picture) => Float32Array | undefined
  /** The gradient in the reference; zeros if there is none. */
  readonly referenceGradient: (reference: Picture, prediction: Picture) => Float32Array
  /** The number of tensors that a call and a gradient leave behind. */
  readonly left: (reference: Picture, prediction: Picture) => number
}

type F = Handwritten['f']

const NOTHING: Laws = {
  symmetric: false,
  zeroOnIdentity: false,
  triangle: false,
  nonNegative: false,
  bounded: false,
  smooth: false,
  range: [-Infinity, Infinity],
}

const aCheckable: Accepted = {
  name: 'a loss, a metric, or { f, name, laws } of a function written by hand',
  is: (value) => typeof value === 'function' || aLoss.is(value) || (isPlainRecord(value) && typeof value['f'] === 'function'),
}

/** The subjects to check: a metric is checked on each of the features. */
export const subjectsOf = (
  what: Checkable,
  extractor: Extractor<string> | undefined,
  features: readonly Feature[] = [pixels, unitNormalized(pixels)],
): readonly Subject[] => {
  checkArgument('What is checked', what, aCheckable)
  if (extractor !== undefined) checkArgument('The extractor', extractor, anExtractor)
  if (typeof what === 'function') return features.map((feature) => ofLoss(what(feature), extractor))
  return ['_tag' in what ? ofLoss(what, extractor) : ofFunction(what)]
}

const ofLoss = (loss: AnyLoss, extractor: Extractor<string> | undefined): Subject => {
  const f = callable(loss, extractor)
  const parts = terms(loss).map(({ leaf, weight }) => ({ weight, f: callable(leaf, extractor) }))
  const expression = show(loss)
  const compiled = `compile(${expression}${extractor === undefined ? '' : ', extractor'})`
  const references = [...new Set(terms(loss).flatMap(({ leaf }) => (leaf._tag === 'Compare' ? [leaf.reference] : [])))]
  const plain = references.every((name) => name === 'target')
  const given = `{ ${references.map((name) => `${JSON.stringify(name)}: a`).join(', ')} }`
  return {
    ...numbers(f),
    expression,
    setup: [
      ...(extractor === undefined ? [] : [`const extractor = await ${extractor.name}()`]),
      ...(plain ? [`const f = ${compiled}`] : [`const compiled = ${compiled}`, `const f = (a: tf.Tensor, b: tf.Tensor) => compiled(${given}, b)`]),
    ],
    claims: laws(loss),
    size: (a, b) => parts.reduce((total, part) => total + Math.abs(part.weight * numberOf(part.f, a, b)), 0),
  }
}

/** The compiled loss with the same picture for every reference. */
const callable = (loss: AnyLoss, extractor: Extractor<string> | undefined): F => {
  const f = extractor === undefined ? compile(loss as Loss<never, string>) : compile(loss, extractor)
  const names = f.needs.references
  return (reference, prediction) => f(Object.fromEntries(names.map((name) => [name, reference])), prediction)
}

/** Optimizers call a loss function inside their tidy, so tensors left there are not leaks. */
const ofFunction = ({ f, name = f.name, laws: claims = {} }: Handwritten): Subject => ({
  ...numbers((a, b) => tf.tidy(() => f(a, b))),
  expression: name,
  setup: name === 'f' ? [] : [`const f = ${name}`],
  claims: { ...NOTHING, ...claims },
  size: (a, b) => Math.abs(numberOf(f, a, b)),
})

const numbers = (f: F) => ({
  value: (a: Picture, b: Picture): number => numberOf(f, a, b),
  gradient: (a: Picture, b: Picture): Float32Array | undefined => connected(() => withTensors(a, b, (x, y) => gradientOf((v) => f(x, v), y))),
  // The sum adds a gradient of zero, so that there is one.
  referenceGradient: (a: Picture, b: Picture): Float32Array =>
    withTensors(a, b, (x, y) => gradientOf((v) => tf.add(tf.mean(f(v, y)), tf.mul(tf.sum(v), 0)), x)),
  left: (a: Picture, b: Picture): number =>
    withTensors(a, b, (x, y) => {
      const work = (): void => {
        f(x, y).dispose()
        gradientOf((v) => f(x, v), y)
      }
      work() // permanent tensors made once are not leaks
      const before = tf.memory().numTensors
      work()
      return tf.memory().numTensors - before
    }),
})

const numberOf = (f: F, a: Picture, b: Picture): number => withTensors(a, b, (x, y) => taken(tf.tidy(() => tf.mean(f(x, y))))[0] ?? Number.NaN)

const gradientOf = (f: (x: Tensor4D) => Tensor, x: Tensor4D): Float32Array => taken(tf.tidy(() => tf.grad((v) => tf.mean(f(v as Tensor4D)))(x)))

const taken = (tensor: Tensor): Float32Array => {
  const values = tensor.dataSync<'float32'>().slice()
  tensor.dispose()
  return values
}

const withTensors = <A>(a: Picture, b: Picture, work: (a: Tensor4D, b: Tensor4D) => A): A => {
  const [x, y] = [tf.tensor4d(a.values, [...a.shape]), tf.tensor4d(b.values, [...b.shape])]
  try {
    return work(x, y)
  } finally {
    tf.dispose([x, y])
  }
}

/** TensorFlow.js reports a value that does not depend on its variable only by this message. */
const connected = <A>(work: () => A): A | undefined => {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Cannot compute gradient of y=f(x) with respect to x')) return undefined
    throw error
  }
}

/** The largest pictures to try. */
const LARGEST = 512

/** The smallest side of square pictures that the subject accepts. */
export const smallestSide = ({ value }: Subject): number => {
  const takes = (side: number): boolean => {
    const black: Picture = { shape: [1, side, side, 3], values: new Float32Array(side * side * 3) }
    try {
      value(black, black)
      return true
    } catch (error) {
      if (error instanceof LossException && (error.error._tag === 'TooSmall' || error.error._tag === 'WrongFeatureShape')) return false
      throw error
    }
  }
  let [refused, taking] = [0, 1]
  while (!takes(taking)) {
    if (taking >= LARGEST) return taking
    ;[refused, taking] = [taking, taking * 2]
  }
  while (taking - refused > 1) {
    const middle = Math.floor((refused + taking) / 2)
    if (takes(middle)) taking = middle
    else refused = middle
  }
  return taking
}
