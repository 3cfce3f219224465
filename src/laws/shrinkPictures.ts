/** Pictures shrunk to the smallest with the simplest numbers of the same kind. */
import type { PairKind, Pictures, PictureShape } from './pictures.js'

/** Simpler pictures of the same kind: smaller first, then with simpler numbers, all at once before one by one. */
export function* simplerPictures(pictures: Pictures, minSide: number): Generator<Pictures> {
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

/** Whether a pair is of a kind, so that shrinking does not change the kind. */
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
