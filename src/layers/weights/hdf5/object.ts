/**
 * An object of an HDF5 file: a group with names, or a dataset, from the messages of its header (version 1, as HDF5 writes them where no newer form is asked for).
 *
 * Source: the HDF5 File Format Specification, version 3.0, IV.A.1.a (object headers) and IV.A.2 (messages).
 */
import { formatValue } from '../../../core/errors/formatValue.js'
import { unreadable } from '../unreadable.js'
import { chunkedBytes, type Sizes } from './chunks.js'
import { cursor, type Bytes, type Cursor } from './cursor.js'

/** A message of a header. */
interface Message {
  readonly type: number
  readonly data: Uint8Array
}

const MESSAGE = { dataspace: 1, links: 2, datatype: 3, layout: 8, filters: 11, attribute: 12, continuation: 16, symbols: 17 } as const

/** Where a group's names are. */
export interface Symbols {
  readonly tree: number
  readonly heap: number
}

/** A dataset: how its numbers are stored, and where; undefined bytes where the file has none. */
export interface Dataset {
  readonly type: string
  readonly shape: readonly number[]
  readonly bytes: () => Uint8Array
}

/** What a header says. */
export interface HdfObject {
  readonly symbols: Symbols | undefined
  readonly dataset: Dataset | undefined
  /** A text that is kept with the object. */
  readonly text: (attribute: string) => string | undefined
}

/** The object whose header is here. Throws `Unreadable`. */
export const objectAt = (file: Bytes, place: number): HdfObject => {
  const messages = messagesAt(file, place)
  const find = (type: number): Cursor | undefined => {
    const data = messages.find((message) => message.type === type)?.data
    return data === undefined ? undefined : cursor(data)
  }
  const symbols = find(MESSAGE.symbols)
  const layout = find(MESSAGE.layout)
  if (find(MESSAGE.links) !== undefined)
    return unreadable('its groups have external links or a custom order, which weights files do not need')
  return {
    symbols: symbols === undefined ? undefined : { tree: placed(symbols), heap: placed(symbols) },
    dataset: layout === undefined ? undefined : datasetOf(file, layout, find),
    text: (name) => {
      for (const { type, data } of messages) {
        const attribute = type === MESSAGE.attribute ? attributeOf(cursor(data)) : undefined
        if (attribute?.name === name) return textOf(file, attribute)
      }
      return undefined
    },
  }
}

const placed = (at: Cursor): number => at.address() ?? unreadable('it is damaged: a group has no names')

const messagesAt = (file: Bytes, place: number): readonly Message[] => {
  const header = file.at(place)
  if (header.u8() !== 1) return unreadable("its objects use HDF5's newest format (h5py's libver='latest'), which is not supported; save it without that option")
  header.skip(1)
  const count = header.u16()
  header.skip(4)
  const blocks = [file.at(place + 16, header.u32())]
  const messages: Message[] = []
  for (const block of blocks)
    while (messages.length < count && block.left() >= 8) {
      file.spend()
      const [type, size, flags] = [block.u16(), block.u16(), block.u8()]
      block.skip(3)
      const data = block.take(size)
      // Shared with other objects: the message is somewhere else.
      if ((flags & 2) !== 0 && (type === MESSAGE.datatype || type === MESSAGE.dataspace)) unreadable('its types are shared objects, which is not supported')
      messages.push({ type, data })
      if (type !== MESSAGE.continuation) continue
      const next = cursor(data)
      blocks.push(file.at(placed(next), next.u64()))
    }
  return messages
}

const datasetOf = (file: Bytes, layout: Cursor, find: (type: number) => Cursor | undefined): Dataset => {
  const [space, type] = [find(MESSAGE.dataspace), find(MESSAGE.datatype)]
  if (space === undefined || type === undefined) return unreadable('it is damaged: a tensor has no shape or type')
  const shape = shapeOf(space)
  const { name, size } = typeOf(type)
  return { shape, type: name, bytes: storedBytes(file, { shape, size }, layout, find(MESSAGE.filters)) }
}

const [COMPACT, CONTIGUOUS, CHUNKED] = [0, 1, 2]

const storedBytes = (file: Bytes, sizes: Sizes, layout: Cursor, filters: Cursor | undefined): (() => Uint8Array) => {
  const version = layout.u8()
  const kind = version === 3 ? layout.u8() : undefined
  if (kind === COMPACT) {
    const bytes = layout.take(layout.u16())
    return () => bytes
  }
  if (kind === CHUNKED) return chunkedBytes(file, sizes, layout, filters)
  if (kind !== CONTIGUOUS) return () => unreadable('its tensors have a storage layout that Keras does not write')
  const [place, size] = [layout.address(), layout.u64()]
  return () => (place === undefined ? new Uint8Array() : file.at(place, size).take(size))
}

const MAX_RANK = 32

const shapeOf = (space: Cursor): readonly number[] => {
  const [version, rank] = [space.u8(), space.u8()]
  if ((version !== 1 && version !== 2) || rank > MAX_RANK) return unreadable('it is damaged: a tensor has no shape')
  space.skip(version === 1 ? 6 : 2)
  return Array.from({ length: rank }, () => space.u64())
}

const CLASSES = ['int', 'float', 'time', 'string', 'bits', 'opaque', 'compound', 'reference', 'enum', 'variable', 'array']

/** IEEE's, by their size in bytes: bits before the exponent, its bits, and those of the mantissa. */
const FLOATS: Readonly<Record<number, string>> = { 2: '10,5,10', 4: '23,8,23', 8: '52,11,52' }

/** The type of numbers in words, `float32` for IEEE's little-endian ones, and the bytes of one. */
const typeOf = (type: Cursor): { readonly name: string; readonly size: number } => {
  const kind = type.u8() & 15
  const order = type.u8()
  type.skip(2)
  const size = type.u32()
  return { name: typeName(type, kind, order, size), size }
}

const typeName = (type: Cursor, kind: number, order: number, size: number): string => {
  const name = `${CLASSES[kind] ?? 'unknown'}${String(8 * size)}`
  if (kind > 1 || (order & 0x41) !== 0) return kind > 1 ? (CLASSES[kind] ?? 'unknown') : `big-endian ${name}`
  if (kind === 0) return name
  type.skip(4)
  const [exponent, bits, , mantissa] = [type.u8(), type.u8(), type.u8(), type.u8()]
  return `${String(exponent)},${String(bits)},${String(mantissa)}` === FLOATS[size] ? name : `another ${name}`
}

interface Attribute {
  readonly name: string
  readonly type: Cursor
  readonly data: Cursor
}

const attributeOf = (message: Cursor): Attribute | undefined => {
  const version = message.u8()
  if (version < 1 || version > 3) return undefined
  message.skip(1)
  const [name, type, space] = [message.u16(), message.u16(), message.u16()]
  if (version === 3) message.skip(1)
  const padded = (size: number): number => (version === 1 ? 8 * Math.ceil(size / 8) : size)
  const named = cursor(message.take(padded(name))).text()
  const typed = cursor(message.take(padded(type)))
  message.skip(padded(space))
  return { name: named, type: typed, data: message }
}

const [STRING, VARIABLE] = [3, 9]

const textOf = (file: Bytes, { type, data }: Attribute): string | undefined => {
  const kind = type.u8() & 15
  if (kind === STRING) {
    type.skip(3)
    return cursor(data.take(Math.min(data.left(), type.u32()))).text()
  }
  if (kind !== VARIABLE) return undefined
  const length = data.u32()
  const heap = data.address()
  return heap === undefined ? undefined : cursor(fromHeap(file, heap, data.u32()).subarray(0, length)).text()
}

/** An object of a global heap: where texts of any length are. */
const fromHeap = (file: Bytes, place: number, wanted: number): Uint8Array => {
  const start = file.block(place, 'GCOL')
  start.skip(4)
  const size = start.u64()
  const heap = file.at(place + 16, Math.max(0, size - 16))
  while (heap.left() >= 16) {
    file.spend()
    const index = heap.u16()
    heap.skip(6)
    const length = heap.u64()
    if (index === wanted) return heap.take(length)
    if (index === 0) break
    heap.skip(8 * Math.ceil(length / 8))
  }
  return unreadable(`it is damaged: the text ${formatValue(wanted)} is missing`)
}
