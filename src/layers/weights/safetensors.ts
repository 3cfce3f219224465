/**
 * Reads safetensors files: an 8-byte little-endian length, a JSON header, then the tensors' bytes.
 *
 * Pure: bytes in, views of the same bytes out. Lengths, names, types, shapes and offsets are checked before anything is used.
 *
 * Source: the format's description in the safetensors repository's README.
 */
import { either as E } from 'fp-ts'
import * as t from 'io-ts'
import type { LossError } from '../../core/error.js'
import { halves } from './halves.js'

/** How numbers are stored. */
export type StoredType = 'F32' | 'F16' | 'BF16'

/** One tensor of a file; `values` decodes it anew at each call. */
export interface StoredTensor {
  readonly type: StoredType
  readonly shape: readonly number[]
  readonly values: () => Float32Array
}

/** A file's tensors and what it says of itself. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: ReadonlyMap<string, string>
}

const BYTES: Readonly<Record<StoredType, number>> = { F32: 4, F16: 2, BF16: 2 }
const MAX_HEADER = 16 * 2 ** 20

const Entry = t.strict({
  dtype: t.keyof({ F32: null, F16: null, BF16: null }),
  shape: t.array(t.Int),
  data_offsets: t.tuple([t.Int, t.Int]),
})

/** The tensors of a safetensors file; a Left says what is wrong with it. */
export const readSafetensors = (bytes: Uint8Array, source: string): E.Either<LossError, TensorFile> => {
  const header = readHeader(bytes)
  const file = typeof header === 'string' ? header : readEntries(header.entries, bytes.subarray(header.end))
  return typeof file === 'string' ? E.left({ _tag: 'WeightsUnreadable', source, reason: file }) : E.right(file)
}

type Header = { readonly entries: Readonly<Record<string, unknown>>; readonly end: number }

const readHeader = (bytes: Uint8Array): Header | string => {
  if (bytes.length < 8) return `it has ${String(bytes.length)} bytes, too few for a safetensors file`
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > MAX_HEADER || length > bytes.length - 8)
    return `it is not a safetensors file, or it is truncated: its header should have ${String(length)} bytes, and ${String(bytes.length - 8)} follow`
  try {
    const entries: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)))
    return typeof entries === 'object' && entries !== null && !Array.isArray(entries)
      ? { entries: entries as Readonly<Record<string, unknown>>, end: 8 + length }
      : 'its header is not a JSON object'
  } catch {
    return 'its header is not JSON'
  }
}

const readEntries = (entries: Readonly<Record<string, unknown>>, data: Uint8Array): TensorFile | string => {
  const tensors = new Map<string, StoredTensor>()
  let used = 0
  for (const [name, entry] of Object.entries(entries)) {
    if (name === '__metadata__') continue
    const decoded = Entry.decode(entry)
    if (E.isLeft(decoded)) return `its tensor '${name}' is not described by a type (F32, F16 or BF16), a shape and offsets`
    const { dtype: type, shape, data_offsets } = decoded.right
    const [start, end] = data_offsets
    const count = shape.reduce((product, side) => product * side, 1)
    if (shape.some((side) => side < 0) || !Number.isSafeInteger(count) || end - start !== count * BYTES[type])
      return `its tensor '${name}' [${shape.join(', ')}] does not fit its ${String(end - start)} bytes`
    if (start < 0 || end > data.length) return `it is truncated: its tensor '${name}' ends at byte ${String(end)} of ${String(data.length)}`
    used += end - start
    tensors.set(name, { type, shape, values: () => decode(type, new Uint8Array(data.subarray(start, end))) })
  }
  if (used !== data.length) return `its tensors have ${String(used)} bytes, and it holds ${String(data.length)}`
  return { tensors, metadata: readMetadata(entries['__metadata__']) }
}

const readMetadata = (metadata: unknown): ReadonlyMap<string, string> =>
  new Map(
    Object.entries((metadata ?? {}) as Readonly<Record<string, unknown>>).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  )

const decode = (type: StoredType, bytes: Uint8Array): Float32Array => {
  if (type === 'F32') return new Float32Array(bytes.buffer)
  const halfs = new Uint16Array(bytes.buffer)
  if (type === 'F16') return halves(halfs)
  const bits = Uint32Array.from(halfs, (half) => half << 16)
  return new Float32Array(bits.buffer)
}
