/**
 * Chunked tensors of an HDF5 file; each chunk may be compressed (gzip), shuffled, or have a checksum.
 *
 * Source: the HDF5 File Format Specification, version 3.0, III.A.1 (B-trees of type 1), IV.A.2.i (layout) and IV.A.2.l (filters).
 */
import { unzlibSync } from 'fflate'
import { unreadable } from '../unreadable.js'
import type { Bytes, Cursor } from './cursor.js'

/** A chunk: where its first number belongs in the tensor, and the bytes stored. */
interface Chunk {
  readonly offset: readonly number[]
  /** A bit for each filter that was left out. */
  readonly without: number
  readonly stored: Uint8Array
}

/** A tensor's shape, and the bytes of a number. */
export interface Sizes {
  readonly shape: readonly number[]
  readonly size: number
}

/** The bytes of a tensor, assembled on demand. `layout` is after its class. */
export const chunkedBytes = (file: Bytes, { shape, size }: Sizes, layout: Cursor, pipeline: Cursor | undefined): (() => Uint8Array) => {
  const rank = layout.u8() - 1
  const tree = layout.address()
  const sides = Array.from({ length: Math.max(0, rank) }, () => layout.u32())
  const own = layout.u32()
  const filters = pipeline === undefined ? [] : filtersOf(pipeline)
  return () => {
    if (rank !== shape.length || sides.includes(0) || own !== size) return unreadable('it is damaged: its chunks do not match the shape or type of their tensor')
    const whole = new Uint8Array(product(shape) * size)
    const length = product(sides) * size
    for (const chunk of tree === undefined ? [] : chunksOf(file, tree, rank, undefined)) put(whole, unpacked(chunk, filters, size, length), shape, { sides, size, offset: chunk.offset })
    return whole
  }
}

const product = (sides: readonly number[]): number => sides.reduce((total, side) => total * side, 1)

const [DEFLATE, SHUFFLE, FLETCHER32] = [1, 2, 3]

const filtersOf = (pipeline: Cursor): readonly number[] => {
  const [version, count] = [pipeline.u8(), pipeline.u8()]
  if (version === 1) pipeline.skip(6)
  return Array.from({ length: count }, () => {
    const id = pipeline.u16()
    const name = version === 1 || id >= 256 ? pipeline.u16() : 0
    pipeline.skip(2)
    const values = pipeline.u16()
    pipeline.skip(version === 1 ? 8 * Math.ceil(name / 8) : name)
    pipeline.skip(4 * (values + (version === 1 ? values % 2 : 0)))
    return id
  })
}

const chunksOf = (file: Bytes, place: number, rank: number, expected: number | undefined): readonly Chunk[] => {
  file.spend()
  const node = file.block(place, 'TREE')
  const [type, level, entries] = [node.u8(), node.u8(), node.u16()]
  if (type !== 1 || (expected !== undefined && level !== expected)) unreadable('it is damaged: the tree of chunks is invalid')
  node.skip(16)
  return Array.from({ length: entries }, (): readonly Chunk[] => {
    file.spend()
    const [length, without] = [node.u32(), node.u32()]
    const offset = Array.from({ length: rank }, () => node.u64())
    node.skip(8)
    const child = node.address() ?? unreadable('it is damaged: a chunk is missing')
    return level === 0 ? [{ offset, without, stored: file.at(child, length).take(length) }] : chunksOf(file, child, rank, level - 1)
  }).flat()
}

/** No deflated data become more than this many times as long. */
const MAX_RATIO = 1032

const unpacked = ({ stored, without }: Chunk, filters: readonly number[], size: number, length: number): Uint8Array => {
  if (length > MAX_RATIO * stored.length) return unreadable(`it is damaged: ${String(stored.length)} bytes of a chunk should unpack to ${String(length)}`)
  const bytes = filters.reduceRight((packed: Uint8Array, id, i) => {
    if ((without & (1 << i)) !== 0) return packed
    if (id === DEFLATE) return unzlibSync(packed, { out: new Uint8Array(length + 4) })
    if (id === SHUFFLE) return unshuffled(packed, size)
    if (id === FLETCHER32) return packed.subarray(0, -4)
    return unreadable(`its tensors are compressed with filter ${String(id)}, which is not supported; save the file without it`)
  }, stored)
  return bytes.length === length ? bytes : unreadable(`it is damaged: a chunk has ${String(bytes.length)} bytes, expected ${String(length)}`)
}

/** First bytes of all numbers, then second bytes, ...: in the order of numbers. */
const unshuffled = (bytes: Uint8Array, size: number): Uint8Array => {
  const count = Math.floor(bytes.length / size)
  return Uint8Array.from(bytes, (byte, i) => (i < count * size ? (bytes[(i % size) * count + Math.floor(i / size)] ?? 0) : byte))
}

interface Placed {
  readonly sides: readonly number[]
  readonly size: number
  readonly offset: readonly number[]
}

/** Copies the rows of a chunk that are inside the tensor. */
const put = (whole: Uint8Array, chunk: Uint8Array, shape: readonly number[], { sides, size, offset }: Placed): void => {
  const copy = (axis: number, from: number, to: number): void => {
    const [side = 1, start = 0, end = 1] = [sides[axis], offset[axis], shape[axis]]
    const count = Math.min(side, end - start)
    if (axis >= shape.length - 1) {
      if (count > 0) whole.set(chunk.subarray(from * size, (from + count) * size), (to + start) * size)
      return
    }
    for (let i = 0; i < count; i++) copy(axis + 1, (from + i) * (sides[axis + 1] ?? 1), (to + start + i) * (shape[axis + 1] ?? 1))
  }
  if (shape.length > 0) copy(0, 0, 0)
  else whole.set(chunk.subarray(0, size))
}
