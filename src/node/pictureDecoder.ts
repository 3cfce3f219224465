/** The WebAssembly module for small pictures (c/*.c), with a memory of its own. */
import { PICTURE_DECODER } from './pictureDecoderBytes.js'

/** A picture's size, and how many channels its samples have: 1 (grey), 3 (RGB) or 4 (RGBA). */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly channels: number
}

type Decoder = Readonly<Record<'expand' | 'unfilter', (...numbers: readonly number[]) => number>>

/** RGBA samples of the filtered lines of a PNG file; undefined if a line has an unknown filter. */
export const pngPixels = (lines: Uint8Array, { width, height, channels }: Layout): Uint8Array | undefined => {
  const { memory, decoder } = (started ??= start())
  const at = withInput(memory, lines, 4 * width * (height + 1))
  return decoder.unfilter(at, height, width, channels) === 1 ? expanded({ width, height, channels }, at, 1) : undefined
}

/** The same of samples. */
export const rgbaPixels = (samples: Uint8Array, layout: Layout): Uint8Array => {
  const { memory } = (started ??= start())
  return expanded(layout, withInput(memory, samples, 4 * layout.width * layout.height), 0)
}

/** Lines of samples as RGBA, each after this many other bytes. */
const expanded = ({ width, height, channels }: Layout, at: number, before: number): Uint8Array => {
  const { memory, decoder } = (started ??= start())
  decoder.expand(at, before, 0, height, width, channels)
  return copied(memory, 4 * width * height)
}

let started: { readonly memory: WebAssembly.Memory; readonly decoder: Decoder } | undefined

const PAGE = 65_536

const start = (): NonNullable<typeof started> => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: PAGE })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(PICTURE_DECODER.plain, 'base64')), { env: { memory } })
  return { memory, decoder: exports as unknown as Decoder }
}

/** The address of the input in the memory: behind `before` bytes for the picture. */
const withInput = (memory: WebAssembly.Memory, input: Uint8Array, before: number): number => {
  const missing = Math.ceil((before + input.length - memory.buffer.byteLength) / PAGE)
  if (missing > 0) memory.grow(missing)
  new Uint8Array(memory.buffer).set(input, before)
  return before
}

const copied = ({ buffer }: WebAssembly.Memory, size: number): Uint8Array => new Uint8Array(buffer.slice(0, size))
