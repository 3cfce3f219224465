/** Writes protobuf messages with the library pbf. */
import Pbf from 'pbf'

/** Writes a message's fields. */
export type Write = (pbf: Pbf) => void

/** The bytes of a message. */
export const messageOf = (write: Write): Uint8Array => {
  const pbf = new Pbf()
  write(pbf)
  return pbf.finish()
}

/** Writes a message as a field of another. */
export const nested = (pbf: Pbf, tag: number, write: Write): void => {
  pbf.writeMessage(
    tag,
    (_: undefined, inner: Pbf) => {
      write(inner)
    },
    undefined,
  )
}
