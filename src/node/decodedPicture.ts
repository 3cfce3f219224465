/** Decoded pictures. */

/** Decoded RGBA. */
export interface Pixels {
  readonly data: Uint8Array | Uint16Array
  /** The largest value of a sample. */
  readonly white: number
  readonly height: number
  readonly width: number
}

/** What sharp says of a file; the type is our own, because the package's types must hold in projects without sharp. */
export interface Header {
  readonly width: number
  readonly height: number
  readonly orientation?: number | undefined
  readonly hasAlpha: boolean
  readonly pages?: number | undefined
  readonly space: string
  readonly depth: string
}

/** A decoded file, and what its header says. */
export interface Decoded extends Pixels {
  readonly metadata: Header
}
