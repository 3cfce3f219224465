/**
 * Stored tensors as constants: every numeric type of ONNX that networks use.
 */
import { halves } from '../../layers/weights/halves.js'
import { unreadable } from '../../layers/weights/unreadable.js'
import { numbersFor, type Constant, type Kind, type Numbers } from '../graph/values.js'
import type { StoredNumbers } from './onnxMessages.js'

/** A stored type: its kind, the bytes of a number, and how raw bytes become numbers. */
interface Stored {
  readonly kind: Kind
  readonly bytes: number
  readonly read: (view: DataView, at: number) => number
}

const stored = (kind: Kind, bytes: number, read: Stored['read']): Stored => ({ kind, bytes, read })

const FLOAT = 1
const HALF = 10

/** By the numbers of TensorProto.DataType. */
const TYPES: Readonly<Record<number, Stored>> = {
  [FLOAT]: stored('float', 4, (view, at) => view.getFloat32(at, true)),
  2: stored('int', 1, (view, at) => view.getUint8(at)),
  3: stored('int', 1, (view, at) => view.getInt8(at)),
  4: stored('int', 2, (view, at) => view.getUint16(at, true)),
  5: stored('int', 2, (view, at) => view.getInt16(at, true)),
  6: stored('int', 4, (view, at) => view.getInt32(at, true)),
  7: stored('int', 8, (view, at) => Number(view.getBigInt64(at, true))),
  9: stored('bool', 1, (view, at) => Number(view.getUint8(at) !== 0)),
  [HALF]: stored('float', 2, (view, at) => view.getUint16(at, true)),
  11: stored('float', 8, (view, at) => view.getFloat64(at, true)),
  12: stored('int', 4, (view, at) => view.getUint32(at, true)),
  13: stored('int', 8, (view, at) => Number(view.getBigUint64(at, true))),
  16: stored('float', 2, (view, at) => view.getUint16(at, true)),
}

/** The kind of a type by its number; undefined for text and others that no network computes with. */
export const kindOf = (type: number): Kind | undefined => TYPES[type]?.kind

/** A stored tensor as a constant; `elsewhere` has the bytes of an external one. Throws `Unreadable`. */
export const constantOf = (name: string, tensor: StoredNumbers, elsewhere: Uint8Array | undefined): Constant => {
  const type = TYPES[tensor.type] ?? unreadable(`its tensor ${name.slice(0, 60)} has the unsupported type ${String(tensor.type)}`)
  const length = tensor.dims.reduce((product, side) => product * side, 1)
  const constant = (data: Numbers): Constant => ({ kind: type.kind, shape: tensor.dims, data })
  const raw = elsewhere ?? tensor.raw
  if (raw !== undefined || (tensor.packed === undefined && length === 0)) return constant(fromRaw(name, tensor, type, raw ?? new Uint8Array(), length))
  if (tensor.packed === undefined) return unreadable(`its tensor ${name.slice(0, 60)} has no numbers`)
  const { field, bytes } = tensor.packed
  if (field === 4 && tensor.type === FLOAT) return constant(fromRaw(name, tensor, type, bytes, length))
  if (field === 10)
    return constant(
      fromRaw(
        name,
        { ...tensor, type: 11 },
        stored('float', 8, (view, at) => view.getFloat64(at, true)),
        bytes,
        length,
      ),
    )
  return constant(fromVarints(name, tensor.type, type.kind, bytes, length))
}

const wrongSize = (name: string, dims: readonly number[], bytes: number): never =>
  unreadable(`its tensor ${name.slice(0, 60)} [${dims.join(', ')}] does not fit its ${String(bytes)} bytes`)

const fromRaw = (name: string, { dims, type }: StoredNumbers, { kind, bytes, read }: Stored, raw: Uint8Array, length: number): Numbers => {
  if (!Number.isSafeInteger(length) || raw.length !== length * bytes) return wrongSize(name, dims, raw.length)
  if (type === FLOAT) return raw.byteOffset % 4 === 0 ? new Float32Array(raw.buffer, raw.byteOffset, length) : new Float32Array(new Uint8Array(raw).buffer)
  if (type === HALF) return halves(new Uint16Array(new Uint8Array(raw).buffer))
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  if (type === 16) return new Float32Array(Uint32Array.from({ length }, (_, i) => view.getUint16(2 * i, true) << 16).buffer)
  const numbers = numbersFor(kind, length)
  for (let i = 0; i < length; i++) numbers[i] = read(view, i * bytes)
  return numbers
}

/** Integers of up to 64 bits, seven bits a byte; negative ones are sign-extended to ten bytes. */
const fromVarints = (name: string, type: number, kind: Kind, bytes: Uint8Array, length: number): Numbers => {
  // Each takes one byte or more.
  if (length > bytes.length) return wrongSize(name, [length], bytes.length)
  const numbers = numbersFor(type === HALF || type === 16 ? 'int' : kind, length)
  let [at, count] = [0, 0]
  while (at < bytes.length && count < length) {
    let value = 0n
    for (let shift = 0n, more = true; more && shift < 70n; shift += 7n) {
      const byte = bytes[at++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      more = byte >= 0x80
    }
    numbers[count++] = Number(BigInt.asIntN(64, value))
  }
  if (at !== bytes.length || count !== length) return wrongSize(name, [length], bytes.length)
  if (type === HALF) return halves(Uint16Array.from(numbers))
  return type === 16 ? new Float32Array(Uint32Array.from(numbers, (bits) => bits << 16).buffer) : numbers
}
