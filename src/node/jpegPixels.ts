/**
 * Small JPEG files by mozjpeg's decoder as WebAssembly (@jsquash/jpeg). Its samples are libjpeg-turbo's, as sharp's are; sharp takes 0.4 ms more to set up a pipeline for each file.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

interface Picture {
  readonly data: Uint8ClampedArray<ArrayBuffer>
  readonly width: number
  readonly height: number
}

interface Decoder {
  readonly decode: (file: Uint8Array, keepsOrientation: boolean) => Picture | null
}

interface Started {
  readonly decoder: Decoder
  /** What it reported since this was emptied. */
  readonly reports: string[]
}

/** RGBA samples of a JPEG file; undefined for a file of another size, or one that the decoder reports anything of. */
export const jpegPixels = async (file: Uint8Array, width: number, height: number): Promise<Uint8Array | undefined> => {
  try {
    const { decoder, reports } = await (started ??= start())
    reports.length = 0
    const picture = decoder.decode(file, false)
    const isAsExpected = picture?.width === width && picture.height === height && reports.length === 0
    return isAsExpected ? new Uint8Array(picture.data.buffer) : undefined
  } catch {
    // A decoder that has given up cannot be used again.
    started = undefined
    return undefined
  } finally {
    if (!HAD_IMAGE_DATA) Reflect.deleteProperty(globalThis, 'ImageData')
  }
}

/** The decoder makes this class if there is none; other programs take it for the sign of a browser. */
const HAD_IMAGE_DATA = 'ImageData' in globalThis

let started: Promise<Started> | undefined

const start = async (): Promise<Started> => {
  // Its types need a global declaration of its own, which is not part of them.
  const loaded: unknown = await import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js')
  const { default: startDecoder } = loaded as { default: (options: object) => Promise<Decoder> }
  const module = await WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm')))
  const reports: string[] = []
  const instantiateWasm = (imports: WebAssembly.Imports, use: (instance: WebAssembly.Instance) => void): WebAssembly.Exports => {
    const instance = new WebAssembly.Instance(module, imports)
    use(instance)
    return instance.exports
  }
  return { decoder: await startDecoder({ noInitialRun: true, printErr: (text: string) => reports.push(text), instantiateWasm }), reports }
}
