/**
 * Bounds-checked reading of protobuf messages: nothing is read beyond a message's end, and the number of messages is limited.
 */
import Pbf from 'pbf'
import { unreadable } from '../../layers/weights/unreadable.js'

/** Wire types of protobuf. */
const [VARINT, BYTES, FIXED32] = [0, 2, 5]

/** A network's file has some thousands to tens of thousands. */
const MAX_MESSAGES = 500_000

const truncated = (): never => unreadable('it is truncated or damaged: a part is longer than the file')

/** One field of a message; each method reads its value, of the wire type that the name says. */
export interface Field {
  readonly tag: number
  readonly integer: () => number
  readonly float: () => number
  readonly text: () => string
  /** A view of the file. */
  readonly bytes: () => Uint8Array
  /** Integers, packed or single. */
  readonly integers: (into: number[]) => void
  /** Floats, packed or single. */
  readonly floats: (into: number[]) => void
  readonly message: (onField: (field: Field) => void) => void
}

/** Reads the message that the bytes are. Throws `Unreadable`. */
export const readMessage = (file: Uint8Array, onField: (field: Field) => void): void => {
  // Pbf reads floats from the start of the buffer, whatever the offset of the bytes in it.
  const pbf = new Pbf(file.byteOffset === 0 ? file : new Uint8Array(file))
  let messages = 0
  const checked = (end: number): number => (end > pbf.length ? truncated() : end)
  const expect = (type: number): void => {
    if (pbf.type !== type) unreadable('it is damaged, or not an ONNX model: a field has the wrong type')
  }
  const span = (): Uint8Array => {
    expect(BYTES)
    const length = pbf.readVarint()
    const start = pbf.pos
    pbf.pos = checked(start + length)
    return pbf.buf.subarray(start, pbf.pos)
  }
  const packed = (one: () => number, type: number, into: number[]): void => {
    if (pbf.type === type) into.push(one())
    else within(() => into.push(one()))
  }
  const within = (read: () => void): void => {
    expect(BYTES)
    const end = checked(pbf.readVarint() + pbf.pos)
    while (pbf.pos < end) read()
    if (pbf.pos !== end) truncated()
  }
  const fieldsUntil = (end: number, read: (field: Field) => void): void => {
    if (++messages > MAX_MESSAGES) unreadable(`it has more than ${MAX_MESSAGES.toLocaleString('en')} parts`)
    pbf.readFields(
      (tag) => {
        read({ ...reading, tag })
      },
      undefined,
      end,
    )
    if (pbf.pos !== end) truncated()
  }
  const reading: Omit<Field, 'tag'> = {
    integer: () => {
      expect(VARINT)
      return pbf.readVarint(true)
    },
    float: () => {
      expect(FIXED32)
      checked(pbf.pos + 4)
      return pbf.readFloat()
    },
    text: () => new TextDecoder().decode(span()),
    bytes: span,
    integers: (into) => {
      packed(() => pbf.readVarint(true), VARINT, into)
    },
    floats: (into) => {
      packed(() => (checked(pbf.pos + 4), pbf.readFloat()), FIXED32, into)
    },
    message: (read) => {
      expect(BYTES)
      const end = checked(pbf.readVarint() + pbf.pos)
      fieldsUntil(end, read)
    },
  }
  fieldsUntil(pbf.length, onField)
}
