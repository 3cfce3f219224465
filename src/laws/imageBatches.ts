/**
 * Image batches of one shape as plain numbers: made by kind, and shrunk to the smallest picture with the plainest numbers that is still of its kind.
 */
import fc from 'fast-check'
import { shrinking } from './shrinking.js'
import type { Accepted } from '../core/arguments/accepted.js'

/** [batch, height, width, 3]. */
export type PictureShape = readonly [batch: number, height: number, width: number, channels: number]

/** How two pictures differ. */
export type PairKind = 'identical' | 'near' | 'far' | 'black' | 'constant' | 'saturated' | 'onePixel' | 'signed'

/** The kinds that are pictures: every value in [0, 1]. */
export const PICTURE_KINDS: readonly PairKind[] = ['identical', 'near', 'far', 'black', 'constant', 'saturated', 'onePixel']

/** What the option `kinds` must be. */
export const KINDS: Accepted = {
  name: `a list of ${[...PICTURE_KINDS, 'signed'].join(', ')}`,
  is: (value) => Array.isArray(value) && value.length > 0 && value.every((kind: PairKind) => kind === 'signed' || PICTURE_KINDS.includes(kind)),
}

/** A reference, a prediction and further pictures, all of one shape. */
export interface Pictures {
  readonly kind: PairKind
  readonly shape: PictureShape
  readonly images: readonly Float32Array[]
}

/** Which pictures to generate. */
export interface PicturesOptions {
  readonly minSide: number
  readonly maxSide: number
  readonly maxBatch: number
  readonly kinds: readonly PairKind[]
}

/**
 * A reference and a prediction of some kind, and where `third` is asked for one more: between the two, beyond the reference, or far from both.
 */
export const picturesArbitrary = ({ minSide, maxSide, maxBatch, kinds }: PicturesOptions, third: boolean): fc.Arbitrary<Pictures> => {
  const side = fc.integer({ min: minSide, max: maxSide })
  const made = fc
    .record({
      kind: fc.constantFrom(...kinds),
      batch: fc.integer({ min: 1, max: maxBatch }),
      height: side,
      width: side,
      seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      way: fc.constantFrom('between', 'beyond', 'far'),
    })
    .map(({ kind, batch, height, width, seed, way }) => make(kind, [batch, height, width, 3], seed, third ? way : undefined))
  return shrinking(made, (pictures) => simplerPictures(pictures, minSide))
}

type Way = 'between' | 'beyond' | 'far'

const make = (kind: PairKind, shape: PictureShape, seed: number, way: Way | undefined): Pictures => {
  const next = uniform(seed)
  const length = shape.reduce((product, side) => product * side, 1)
  const fill = (value: () => number): Float32Array => Float32Array.from({ length }, value)
  const [a, b] = makers[kind](next, fill)
  return { kind, shape, images: way === undefined ? [a, b] : [a, b, thirds[way](a, b, () => fill(next))] }
}

type Maker = (next: () => number, fill: (value: () => number) => Float32Array) => readonly [Float32Array, Float32Array]

const twice = (image: Float32Array): readonly [Float32Array, Float32Array] => [image, image.slice()]
const always = (value: number) => (): number => value

const makers: Readonly<Record<PairKind, Maker>> = {
  identical: (next, fill) => twice(fill(next)),
  near: (next, fill) => {
    const reference = fill(next)
    return [reference, reference.map((value) => Math.min(1, Math.max(0, value + (Math.round(next() * 2) - 1) / 256)))]
  },
  far: (next, fill) => [fill(next), fill(next)],
  black: (next, fill) => [next() < 0.5 ? fill(always(0)) : fill(next), fill(always(0))],
  constant: (next, fill) => [fill(always(next())), fill(always(next()))],
  saturated: (next, fill) => [fill(next), fill(() => Math.round(next()))],
  onePixel: (next, fill) => {
    const [reference, prediction] = twice(fill(next))
    return [reference, prediction.with(Math.floor(next() * prediction.length * 0.999), next())]
  },
  signed: (next, fill) => {
    const reach = 2 ** (1 + 3 * Math.floor(next() * 3.9))
    return [fill(() => (next() - 0.5) * reach), fill(() => (next() - 0.5) * reach)]
  },
}

const thirds: Readonly<Record<Way, (a: Float32Array, b: Float32Array, other: () => Float32Array) => Float32Array>> = {
  between: (a, b) => a.map((value, i) => (value + (b[i] ?? 0)) / 2),
  beyond: (a, b) => a.map((value, i) => 2 * value - (b[i] ?? 0)),
  far: (_a, _b, other) => other(),
}

/** What a pair of a kind is, so that it can be shrunk without becoming another. */
const is: Readonly<Record<PairKind, (a: Float32Array, b: Float32Array) => boolean>> = {
  identical: (a, b) => a.every((value, i) => value === b[i]),
  near: (a, b) => a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= 1 / 256),
  far: () => true,
  black: (_a, b) => b.every((value) => value === 0),
  constant: (a, b) => a.every((value) => value === a[0]) && b.every((value) => value === b[0]),
  saturated: (_a, b) => b.every((value) => value === 0 || value === 1),
  onePixel: (a, b) => a.reduce((count, value, i) => count + (value === b[i] ? 0 : 1), 0) <= 1,
  signed: () => true,
}

/** The same numbers n / 256 for the same seed on every machine (a linear congruential generator, Numerical Recipes). */
const uniform = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 24) / 256
  }
}

/** Simpler pictures of the same kind: smaller first, then with plainer numbers, all at once before one by one. */
function* simplerPictures(pictures: Pictures, minSide: number): Generator<Pictures> {
  for (const candidate of [...smaller(pictures, minSide), ...plainer(pictures)]) {
    const [a, b] = candidate.images
    if (a !== undefined && b !== undefined && is[candidate.kind](a, b)) yield candidate
  }
}

function* smaller(pictures: Pictures, minSide: number): Generator<Pictures> {
  for (const axis of [0, 1, 2] as const) {
    const least = axis === 0 ? 1 : minSide
    const size = pictures.shape[axis]
    for (const to of new Set([least, Math.ceil(size / 2), size - 1]))
      if (to >= least && to < size) for (const start of new Set([0, size - to])) yield cropped(pictures, axis, start, to)
  }
}

const cropped = ({ kind, shape, images }: Pictures, axis: 0 | 1 | 2, start: number, size: number): Pictures => {
  const block = shape.slice(axis + 1).reduce((product, side) => product * side, 1)
  const inside = (_: number, i: number): boolean => {
    const at = Math.floor(i / block) % shape[axis]
    return at >= start && at < start + size
  }
  const cut = shape.map((side, i) => (i === axis ? size : side)) as unknown as PictureShape
  return { kind, shape: cut, images: images.map((image) => image.filter(inside)) }
}

/** Functions that simplify a number. */
const PLAINER: readonly ((value: number) => number)[] = [
  () => 0,
  () => 1,
  () => 0.5,
  Math.round,
  (value) => Math.round(value * 4) / 4,
  (value) => Math.round(value * 16) / 16,
]

/** The approximate number of digits, which shrinking reduces. */
const digits = (value: number): number =>
  value === 0 ? 0 : value === 1 ? 1 : value === 0.5 ? 2 : Number.isInteger(value) ? 3 : Number.isInteger(value * 4) ? 4 : Number.isInteger(value * 16) ? 5 : 6

/** Pictures with more numbers than this are simplified only as a whole. */
const ONE_BY_ONE = 150

function* plainer({ kind, shape, images }: Pictures): Generator<Pictures> {
  const weight = images.reduce((total, image) => total + digitsOf(image), 0)
  for (const plain of PLAINER) {
    const all = images.map((image) => image.map(plain))
    if (all.reduce((total, image) => total + digitsOf(image), 0) < weight) yield { kind, shape, images: all }
  }
  const together = kind === 'identical' ? [images.map((_, i) => i).filter((i) => i < 2), ...images.map((_, i) => [i]).slice(2)] : images.map((_, i) => [i])
  for (const group of together) yield* plainerGroup({ kind, shape, images }, group)
}

/** Simplifies some of the pictures, as a whole or at one place. */
function* plainerGroup({ kind, shape, images }: Pictures, group: readonly number[]): Generator<Pictures> {
  const change = (to: (image: Float32Array) => Float32Array): Pictures => ({
    kind,
    shape,
    images: images.map((image, i) => (group.includes(i) ? to(image) : image)),
  })
  const first = images[group[0] ?? 0] ?? new Float32Array()
  for (const plain of PLAINER) {
    const whole = first.map(plain)
    if (digitsOf(whole) < digitsOf(first)) yield change(() => whole)
  }
  if (first.length > ONE_BY_ONE) return
  for (const [at, value] of first.entries())
    for (const plain of PLAINER) if (digits(plain(value)) < digits(value)) yield change((image) => image.with(at, plain(value)))
}

const digitsOf = (image: Float32Array): number => image.reduce((total, value) => total + digits(value), 0)
