/**
 * Bounds-checked reading of an HDF5 file: little-endian numbers, addresses of 8 bytes. The work that a file can cause is also bounded.
 */
import { unreadable } from '../unreadable.js'

/** What no address is. */
export const UNDEFINED = 2n ** 64n - 1n

/** A part of a file. */
export interface Cursor {
  readonly u8: () => number
  readonly u16: () => number
  readonly u32: () => number
  /** A size or a count; an address is `address`. */
  readonly u64: () => number
  /** A place in the file; undefined where the file says that there is none. */
  readonly address: () => number | undefined
  readonly skip: (count: number) => void
  readonly take: (count: number) => Uint8Array
  /** Text up to a NUL. */
  readonly text: () => string
  readonly left: () => number
}

/** The bytes of a file. */
export interface Bytes {
  readonly length: number
  /** From a place to the end, or for `length` bytes. */
  readonly at: (place: number, length?: number) => Cursor
  /** From a place where these four letters must stand, and behind them. */
  readonly block: (place: number, letters: string) => Cursor
  /** Counts a piece of work; throws where there was too much. */
  readonly spend: () => void
}

/** A network's file takes some hundreds. */
const MAX_WORK = 100_000

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Reads these bytes. Throws `Unreadable` for what goes beyond them. */
export const bytesOf = (file: Uint8Array): Bytes => {
  let work = 0
  const at = (place: number, length?: number): Cursor => {
    if (place > file.length || place + (length ?? 0) > file.length) unreadable(`it is truncated or damaged: it refers to byte ${String(place)} of ${String(file.length)}`)
    return cursor(file.subarray(place, length === undefined ? file.length : place + length))
  }
  return {
    length: file.length,
    at,
    block: (place, letters) => {
      const found = at(place)
      if (found.left() < 4 || latin(found.take(4)) !== letters) unreadable(`it is damaged: byte ${String(place)} does not start a ${letters} block`)
      return found
    },
    spend: () => {
      if (++work > MAX_WORK) unreadable('it has too many groups and tensors')
    },
  }
}

/** A cursor over bytes that are all there. */
export const cursor = (bytes: Uint8Array): Cursor => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const advance = (count: number): number => {
    if (count > bytes.length - at) unreadable('it is truncated or damaged: a part is too short')
    at += count
    return at - count
  }
  const wide = (): bigint => view.getBigUint64(advance(8), true)
  return {
    u8: () => view.getUint8(advance(1)),
    u16: () => view.getUint16(advance(2), true),
    u32: () => view.getUint32(advance(4), true),
    u64: () => Number(wide()),
    address: () => {
      const place = wide()
      return place === UNDEFINED ? undefined : Number(place)
    },
    skip: (count) => void advance(count),
    take: (count) => {
      const from = advance(count)
      return bytes.subarray(from, from + count)
    },
    text: () => {
      const end = bytes.indexOf(0, at)
      const from = advance((end < 0 ? bytes.length : end) - at)
      return new TextDecoder().decode(bytes.subarray(from, at))
    },
    left: () => bytes.length - at,
  }
}
