/**
 * Reads safetensors files: an 8-byte little-endian length, a JSON header, then the tensors' bytes.
 *
 * Pure: bytes in, views of the same bytes out. Lengths, names, types, shapes and offsets are checked before anything is used.
 *
 * Source: the format's description in the safetensors repository's README.
 */
import { either as E } from 'fp-ts'
import * as t from 'io-ts'
import type { LossError } from '../../core/errors/lossError.js'
import { formatValue } from '../../core/errors/formatValue.js'
import { decodeNumbers } from './numbers.js'
import { BYTES, type StoredTensor, type TensorFile } from './tensorFile.js'

/** A network's has some kilobytes; JSON takes many times its length in memory. */
const MAX_HEADER = 2 ** 20

const Entry = t.strict({
  dtype: t.keyof({ F32: null, F16: null, BF16: null }),
  shape: t.array(t.Int),
  data_offsets: t.array(t.Int),
})

const Metadata = t.record(t.string, t.string)

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
    return `it is not a safetensors file, or it is truncated: ${String(bytes.length - 8)} bytes follow, expected a header of ${String(length)}`
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
  const { __metadata__: said = {}, ...described } = entries
  const metadata = Metadata.decode(said)
  if (E.isLeft(metadata)) return 'its metadata is not an object of texts'
  const tensors = new Map<string, StoredTensor>()
  const spans: Span[] = []
  for (const [name, entry] of Object.entries(described)) {
    const decoded = Entry.decode(entry)
    const [start, end, more] = E.isLeft(decoded) ? [] : decoded.right.data_offsets
    if (E.isLeft(decoded) || start === undefined || end === undefined || more !== undefined)
      return `its tensor ${formatValue(name)} has no valid type (F32, F16 or BF16), shape and offsets`
    const { dtype: type, shape } = decoded.right
    const count = shape.reduce((product, side) => product * side, 1)
    if (shape.some((side) => side < 0) || !Number.isSafeInteger(count) || end - start !== count * BYTES[type])
      return `its tensor ${formatValue(name)} ${formatValue(shape)} does not fit its ${String(end - start)} bytes`
    if (end > data.length) return `it is truncated: its tensor ${formatValue(name)} ends at byte ${String(end)} of ${String(data.length)}`
    spans.push({ name, start, end })
    tensors.set(name, { type, shape, values: () => decodeNumbers(type, data.subarray(start, end)) })
  }
  return spansProblem(spans, data.length) ?? { writer: 'safetensors', tensors, metadata: new Map(Object.entries(metadata.right)) }
}

type Span = { readonly name: string; readonly start: number; readonly end: number }

/** Tensors must be contiguous: no overlaps, and no gaps between, before or after them. */
const spansProblem = (spans: readonly Span[], length: number): string | undefined => {
  let at = 0
  for (const { name, start, end } of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== at) return `its tensor ${formatValue(name)} starts at byte ${String(start)}, expected ${String(at)}`
    at = end
  }
  return at === length ? undefined : `its tensors end at byte ${String(at)}, but its data at ${String(length)}`
}
