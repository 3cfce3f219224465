/**
 * Reads the scalars of a TensorBoard event file, without TensorFlow.
 *
 * Sources: tensorflow/core/lib/io/record_writer.h (a record is length, checksum, data, checksum), tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto and tensor.proto (the numbers of the fields); RFC 3720, appendix B.4, for CRC-32C.
 */

/** One value of a curve. */
export interface EventScalar {
  readonly tag: string
  readonly step: number
  readonly value: number
}

/** CRC-32C, bit by bit. */
export const crc32c = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

/** As records carry it: turned, and moved by a constant. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0

/** The data of each record; throws where a checksum is wrong or the file ends early. */
const records = (file: Uint8Array): readonly Uint8Array[] => {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const found: Uint8Array[] = []
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true))
    const data = file.subarray(at + 12, at + 12 + length)
    const checks = [view.getUint32(at + 8, true), view.getUint32(at + 12 + length, true)]
    if (checks[0] !== masked(crc32c(file.subarray(at, at + 8))) || checks[1] !== masked(crc32c(data)))
      throw new Error(`a checksum is wrong at byte ${String(at)}`)
    found.push(data)
    at += 16 + length
  }
  return found
}

/** A field of a message: a whole number, or bytes. */
interface Field {
  readonly number: number
  readonly value: number
  readonly bytes: Uint8Array
}

const NONE = new Uint8Array()

const fields = (message: Uint8Array): readonly Field[] => {
  let at = 0
  const varint = (): number => {
    let [value, scale] = [0, 1]
    for (;;) {
      const byte = message[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }
  const take = (length: number): Uint8Array => message.subarray(at, (at += length))
  const found: Field[] = []
  while (at < message.length) {
    const key = varint()
    const wire = key & 7
    if (![0, 1, 2, 5].includes(wire)) throw new Error(`wire type ${String(wire)} at byte ${String(at)}`)
    const value = wire === 0 ? varint() : 0
    const bytes = wire === 0 ? NONE : take(wire === 1 ? 8 : wire === 5 ? 4 : varint())
    found.push({ number: key >>> 3, value, bytes })
  }
  return found
}

const all = (message: Uint8Array, number: number): readonly Field[] => fields(message).filter((field) => field.number === number)

const float = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(0, true)

/** A float in a TensorProto: the bytes of its content (4), or its list of floats (5). */
const tensorFloat = (tensor: Uint8Array): number => float((all(tensor, 4)[0] ?? all(tensor, 5)[0])!.bytes)

/** The scalars in the order in which they were written. */
export const eventScalars = (file: Uint8Array): readonly EventScalar[] =>
  records(file).flatMap((event) =>
    all(event, 5).flatMap(({ bytes: summary }) =>
      all(summary, 1).map(({ bytes: value }) => {
        const [simple, tensor] = [all(value, 2)[0], all(value, 8)[0]]
        return {
          tag: new TextDecoder().decode(all(value, 1)[0]!.bytes),
          step: all(event, 2)[0]?.value ?? 0,
          value: simple === undefined ? tensorFloat(tensor!.bytes) : float(simple.bytes),
        }
      }),
    ),
  )
