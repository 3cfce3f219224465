/**
 * Broken copies of files: bytes changed, taken out, doubled, exchanged for words of the format or for a piece of another file.
 */

import type { Next } from './random.js'

/** Numbers that sizes, counts and offsets break at. */
const EDGES = [0, 1, 2, 7, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]

type Change = (bytes: Uint8Array, next: Next, other: Uint8Array, words: readonly Uint8Array[]) => Uint8Array

const below = (next: Next, bound: number): number => Math.floor(next() * bound)

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** A span, most often short. */
const span = (bytes: Uint8Array, next: Next): readonly [start: number, end: number] => {
  const start = below(next, bytes.length + 1)
  return [start, Math.min(bytes.length, start + 1 + below(() => next() ** 4, bytes.length + 1))]
}

const one =
  (value: (old: number, next: Next) => number): Change =>
  (bytes, next) => {
    const copy = bytes.slice()
    const at = below(next, copy.length)
    copy[at] = value(copy[at] ?? 0, next)
    return copy
  }

const CHANGES: readonly Change[] = [
  one((old, next) => old ^ (1 << below(next, 8))),
  one((_old, next) => below(next, 256)),
  one((old, next) => old + (next() < 0.5 ? 1 : -1)),
  (bytes, next) => {
    const copy = bytes.slice()
    const size = [2, 4, 8][below(next, 3)] ?? 4
    if (copy.length < size) return copy
    const [view, at, edge] = [new DataView(copy.buffer), below(next, copy.length - size + 1), EDGES[below(next, EDGES.length)] ?? 0]
    const little = next() < 0.7
    if (size === 2) view.setUint16(at, edge, little)
    else if (size === 4) view.setUint32(at, edge, little)
    else view.setBigUint64(at, next() < 0.2 ? 2n ** 63n - BigInt(edge) : BigInt(edge), little)
    return copy
  },
  (bytes, next) => {
    const [start, end] = span(bytes, next)
    return joined(bytes.subarray(0, start), bytes.subarray(end))
  },
  (bytes, next) => {
    const [start, end] = span(bytes, next)
    return joined(bytes.subarray(0, end), bytes.subarray(start))
  },
  (bytes, next) => bytes.slice(0, below(next, bytes.length)),
  (bytes, next, other) => {
    const [start, end] = span(bytes, next)
    const [from, to] = span(other, next)
    return joined(bytes.subarray(0, start), other.subarray(from, to), bytes.subarray(end))
  },
  ...Array.from({ length: 3 }, (): Change => (bytes, next, _other, words) => {
    const word = words[below(next, words.length)] ?? new Uint8Array()
    const start = below(next, bytes.length + 1)
    return joined(bytes.subarray(0, start), word, bytes.subarray(next() < 0.5 ? start : Math.min(bytes.length, start + word.length)))
  }),
]

/** A copy with one to a few changes. */
export const mutated = (bytes: Uint8Array, next: Next, other: Uint8Array, words: readonly Uint8Array[], limit: number): Uint8Array => {
  let copy = bytes
  for (let changes = 1 + below(() => next() ** 2, 6); changes > 0; changes--)
    copy = (CHANGES[below(next, CHANGES.length)] ?? ((same) => same))(copy, next, other, words)
  return copy.subarray(0, limit)
}
