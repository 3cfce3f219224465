/** The part of gifenc that the page uses; the package has no types. */
declare module 'gifenc' {
  type Palette = readonly (readonly number[])[]
  interface Frame {
    readonly palette: Palette
    /** How long it is shown, in milliseconds. */
    readonly delay: number
  }
  interface Encoder {
    writeFrame(indices: Uint8Array, width: number, height: number, frame: Frame): void
    finish(): void
    bytes(): Uint8Array<ArrayBuffer>
  }
  export function GIFEncoder(): Encoder
  export function quantize(rgba: Uint8ClampedArray, colours: number): Palette
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array
}
