/**
 * Reads files of PyTorch's `torch.save`: the zip format of 1.6 and later, and the older sequence of pickles.
 *
 * Tensors are built from their description in the pickle and checked against the bytes; nothing else is built (pickle.ts).
 *
 * Source: `torch/serialization.py` (`_load`, `_legacy_load`), `torch/_utils.py` (`_rebuild_tensor_v2`).
 */
import { formatValue } from '../../core/errors/formatValue.js'
import { entriesOf, readEntry, type Entry } from './archive.js'
import { decodeNumbers } from './numbers.js'
import { Callable, readPickle, type Meaning } from './pickle.js'
import { BYTES, type StoredTensor, type StoredType, type TensorFile } from './tensorFile.js'
import { unreadable } from './unreadable.js'

/** Numbers in a row, as a file has them. */
interface Storage {
  readonly kind: string
  readonly type: StoredType | undefined
  readonly length: number
  readonly key: string
}

/** A tensor as a pickle describes it. */
class Described {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** The classes of storages: what they hold, and bytes a number. */
const STORAGES: Readonly<Record<string, readonly [bytes: number, type?: StoredType]>> = {
  FloatStorage: [BYTES.F32, 'F32'],
  HalfStorage: [BYTES.F16, 'F16'],
  BFloat16Storage: [BYTES.BF16, 'BF16'],
  DoubleStorage: [8],
  LongStorage: [8],
  IntStorage: [4],
  ShortStorage: [2],
  CharStorage: [1],
  ByteStorage: [1],
  BoolStorage: [1],
}

class StorageClass {
  constructor(readonly kind: string) {}
}

/** Everything that a pickle may name. */
const ADMITTED: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['collections.OrderedDict', new Callable(() => new Map())],
  ['torch.Size', new Callable((sizes) => sizes)],
  ['torch._utils._rebuild_tensor', new Callable((...args) => described(args))],
  ['torch._utils._rebuild_tensor_v2', new Callable((...args) => described(args))],
  ['torch._utils._rebuild_parameter', new Callable((tensor) => tensor)],
  ...Object.keys(STORAGES).map((kind): [string, unknown] => [`torch.${kind}`, new StorageClass(kind)]),
])

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const areCounts = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isCount)

const isStorage = (value: unknown): value is Storage => typeof value === 'object' && value !== null && 'kind' in value && 'key' in value

const described = ([storage, offset, shape, strides]: readonly unknown[]): Described => {
  if (!isStorage(storage) || !isCount(offset) || !areCounts(shape) || !areCounts(strides) || shape.length !== strides.length)
    return unreadable('its pickle describes an invalid tensor')
  return new Described(storage, offset, shape, strides)
}

/** What a persistent id means: ('storage', class, key, place, length[, view]). */
const storageOf = (id: unknown): Storage => {
  const [word, kind, key, , length, view] = Array.isArray(id) ? (id as readonly unknown[]) : []
  if (word !== 'storage' || !(kind instanceof StorageClass) || typeof key !== 'string' || !isCount(length)) return unreadable('its pickle has an invalid storage')
  if (view !== undefined && view !== null) return unreadable(`its storage ${formatValue(key)} is a view of another, which is not supported`)
  return { kind: kind.kind, type: STORAGES[kind.kind]?.[1], length, key }
}

const MEANING: Meaning = { admit: (name) => ADMITTED.get(name), persistent: storageOf }

/** The tensors of a zip that torch.save wrote. Throws `Unreadable`. */
export const readTorchZip = (bytes: Uint8Array): TensorFile => {
  const entries = entriesOf(bytes)
  const pickle = entries.find(({ name }) => isTorchPickle(name)) ?? unreadable('it has no data.pkl')
  const folder = pickle.name.slice(0, -'data.pkl'.length)
  const order = entries.find(({ name }) => name === `${folder}byteorder`)
  if (order !== undefined && (new TextDecoder().decode(readEntry(bytes, order)) !== 'little'))
    unreadable('its numbers are big-endian, which is not supported')
  const { value } = readPickle(readEntry(bytes, pickle), 0, MEANING)
  const stored = new Map(entries.map((entry): [string, Entry] => [entry.name, entry]))
  return tensorsOf(value, (storage, expected) => {
    const name = `${folder}data/${storage.key}`
    const entry = stored.get(name)
    if (entry === undefined) return unreadable(`its storage ${name} is missing`)
    if (entry.size !== expected) return unreadable(`its storage ${name} has ${String(entry.size)} bytes, expected ${String(expected)}`)
    return () => readEntry(bytes, entry)
  })
}

/** Whether a zip's entry is the pickle of torch.save. */
export const isTorchPickle = (name: string): boolean => name === 'data.pkl' || name.endsWith('/data.pkl')

const MAGIC = 0x1950a86a20f9469cfc6cn
const PROTOCOL = 1001

/** The tensors of a file that torch.save wrote before 1.6: pickles (a magic number, a version, the machine, the value, the storages' keys), then storages. */
export const readTorchPickles = (bytes: Uint8Array): TensorFile => {
  let at = 0
  const storages = new Map<string, Storage>()
  const persistent = (id: unknown): Storage => {
    const storage = storageOf(id)
    storages.set(storage.key, storage)
    return storage
  }
  const next = (): unknown => {
    const { value, end } = readPickle(bytes, at, { ...MEANING, persistent })
    at = end
    return value
  }
  if (next() !== MAGIC || next() !== PROTOCOL) unreadable('it is a pickle, but not from torch.save')
  const machine = next()
  if (machine instanceof Map && machine.get('little_endian') === false) unreadable('its numbers are big-endian, which is not supported')
  const value = next()
  const places = placesOf(bytes, next(), () => at, storages)
  return tensorsOf(value, (storage, expected) => {
    const place = places.get(storage.key) ?? unreadable(`its storage ${formatValue(storage.key)} is missing`)
    return () => bytes.subarray(place, place + expected)
  })
}

/** Where the storages' bytes start: each stands behind its length, in the order of the keys. */
const placesOf = (bytes: Uint8Array, keys: unknown, start: () => number, storages: ReadonlyMap<string, Storage>): ReadonlyMap<string, number> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const places = new Map<string, number>()
  let at = start()
  for (const key of Array.isArray(keys) ? (keys as readonly unknown[]) : unreadable('its list of storages is not a list')) {
    const storage = (typeof key === 'string' ? storages.get(key) : undefined) ?? unreadable('its list of storages has one that no tensor uses')
    const size = sizeOf(storage)
    if (at + 8 + size > bytes.length) unreadable(`it is truncated: its storage ${storage.key} ends at byte ${String(at + 8 + size)} of ${String(bytes.length)}`)
    const length = Number(view.getBigUint64(at, true))
    if (length !== storage.length) unreadable(`its storage ${storage.key} has ${String(length)} numbers, expected ${String(storage.length)}`)
    places.set(storage.key, at + 8)
    at += 8 + size
  }
  return places
}

const sizeOf = ({ kind, length }: Storage): number => length * (STORAGES[kind]?.[0] ?? 0)

type Locate = (storage: Storage, size: number) => () => Uint8Array

const tensorsOf = (value: unknown, locate: Locate): TensorFile => {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, tensor] of namedTensors(value)) {
    if (tensors.has(name)) unreadable(`it has the tensor ${formatValue(name)} twice`)
    tensors.set(name, storedTensor(name, tensor, locate))
  }
  if (tensors.size === 0) unreadable('it has no named tensors')
  return { writer: 'PyTorch', tensors, metadata: new Map(), release: () => undefined }
}

const storedTensor = (name: string, { storage, offset, shape, strides }: Described, locate: Locate): StoredTensor => {
  const { type } = storage
  if (type === undefined) return unreadable(`its tensor ${formatValue(name)} is stored as ${storage.kind}, expected FloatStorage, HalfStorage or BFloat16Storage`)
  const last = shape.includes(0) ? -1 : shape.reduce((at, side, i) => at + (side - 1) * (strides[i] ?? 0), offset)
  if (last >= storage.length)
    return unreadable(`its tensor ${formatValue(name)} [${shape.join(', ')}] reaches to number ${String(last)} of ${String(storage.length)} stored`)
  const bytes = locate(storage, sizeOf(storage))
  const values = (): Float32Array => {
    const count = shape.reduce((product, side) => product * side, 1)
    if (!isInARow(shape, strides)) return scattered(decodeNumbers(type, bytes()), offset, shape, strides)
    return decodeNumbers(type, bytes().subarray(offset * BYTES[type], (offset + count) * BYTES[type]))
  }
  return { type, shape, values }
}

/** Whether the last axis is the fastest and nothing stands between. */
const isInARow = (shape: readonly number[], strides: readonly number[]): boolean =>
  shape.every((side, i) => side === 1 || strides[i] === shape.slice(i + 1).reduce((product, next) => product * next, 1))

const scattered = (stored: Float32Array, offset: number, shape: readonly number[], strides: readonly number[]): Float32Array => {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1))
  for (let at = 0; at < values.length; at++) {
    let [rest, from] = [at, offset]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const side = shape[axis] ?? 1
      from += (rest % side) * (strides[axis] ?? 0)
      rest = Math.floor(rest / side)
    }
    values[at] = stored[from] ?? Number.NaN
  }
  return values
}

const MAX_DEPTH = 8
const MAX_NAMES = 100_000
/** Characters of a tensor's name. */
const MAX_NAME = 1000

/** The tensors of dictionaries within dictionaries, with dotted names; numbers and texts beside them are ignored. */
const namedTensors = (value: unknown): readonly (readonly [string, Described])[] => {
  const found: (readonly [string, Described])[] = []
  let names = 0
  const visit = (prefix: string, inner: unknown, depth: number): void => {
    if (++names > MAX_NAMES || depth > MAX_DEPTH) unreadable('it has too many or too deeply nested dictionaries')
    if (inner instanceof Described) found.push([prefix, inner])
    else if (inner instanceof Map)
      for (const [key, item] of inner as Map<unknown, unknown>) visit(prefix === '' ? nameOf(key) : checkedName(`${prefix}.${nameOf(key)}`), item, depth + 1)
  }
  visit('', value, 0)
  return found
}

/** A key as a part of a name: texts and numbers alone, for lists within lists by reference would become texts without end. */
const nameOf = (key: unknown): string =>
  typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' ? checkedName(String(key)) : unreadable('its dictionaries have keys that are not names')

const checkedName = (name: string): string => (name.length > MAX_NAME ? unreadable('its dictionaries have names that are too long') : name)
