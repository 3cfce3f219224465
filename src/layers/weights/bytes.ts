/**
 * Reads bytes from a path, a URL or memory, in Node and in browsers.
 *
 * Node's modules are taken from the process, not imported, so that browser bundles do not include them.
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { LossError } from '../../core/errors/lossError.js'
import { formatValue } from '../../core/errors/formatValue.js'
import { sha256 } from './sha256.js'

/** Where bytes come from: a path (Node), a URL or what `fetch` takes (browsers, relative to the page), or the bytes themselves. */
export type ByteSource = string | URL | Uint8Array | ArrayBuffer

/** The source as text for errors; untyped code may pass anything. */
export const sourceName = (source: unknown): string => {
  if (typeof source === 'string') return source
  if (source instanceof URL) return source.href
  return isBytes(source) ? `(${String(source.byteLength)} bytes in memory)` : formatValue(source)
}

/** The progress of a download. */
export interface DownloadProgress {
  /** Bytes so far. */
  readonly received: number
  /** Bytes of the whole file; undefined if the server does not say, or compresses the file. */
  readonly total: number | undefined
}

/** The bytes, without copying those in memory; a Left says why they cannot be read. `progress` is called during a download. */
export const readBytes = (source: ByteSource, progress?: (progress: DownloadProgress) => void): TE.TaskEither<LossError, Uint8Array> =>
  TE.tryCatch(
    async () => {
      if (isBytes(source)) return source instanceof ArrayBuffer ? new Uint8Array(source) : source
      if (typeof source !== 'string' && !((source as unknown) instanceof URL)) throw new Error('expected a path, a URL, a Uint8Array or an ArrayBuffer')
      const files = nodeFiles()
      return files !== undefined && !isRemote(source) ? await files.readFile(isFileUrl(source) ? new URL(source) : source) : await download(source, progress)
    },
    (reason): LossError => ({ _tag: 'WeightsUnreadable', source: sourceName(source), reason: reason instanceof Error ? reason.message : String(reason) }),
  )

type NodeFiles = { readonly readFile: (path: string | URL) => Promise<Uint8Array> }

/** Node's file system, or undefined elsewhere. */
const nodeFiles = (): NodeFiles | undefined => {
  const process = (globalThis as { readonly process?: { readonly getBuiltinModule?: (id: string) => unknown } }).process
  return process?.getBuiltinModule?.('node:fs/promises') as NodeFiles | undefined
}

const isBytes = (source: unknown): source is Uint8Array | ArrayBuffer => source instanceof Uint8Array || source instanceof ArrayBuffer

const isFileUrl = (source: string | URL): boolean => String(source).startsWith('file:')

const isRemote = (source: string | URL): boolean => /^(https?|data|blob):/.test(String(source))

/** App servers send a web page for missing files, most often because a bundler moved the module that refers to the file. */
const WEB_PAGE =
  "the server sent a web page instead. (With Vite, set optimizeDeps: { exclude: ['perceptual-loss'] })"

const download = async (source: string | URL, progress: ((progress: DownloadProgress) => void) | undefined): Promise<Uint8Array> => {
  const response = await fetch(source)
  if (!response.ok) throw new Error(`the server answered ${String(response.status)} ${response.statusText}`.trimEnd())
  if (response.headers.get('content-type')?.startsWith('text/html') === true) throw new Error(WEB_PAGE)
  return progress === undefined || response.body === null ? new Uint8Array(await response.arrayBuffer()) : joined(response, response.body, progress)
}

/** The bytes of a response, with a report for each piece that arrives. */
const joined = async (response: Response, body: ReadableStream<Uint8Array>, progress: (progress: DownloadProgress) => void): Promise<Uint8Array> => {
  const total = lengthOf(response)
  const pieces: Uint8Array[] = []
  let received = 0
  const reader = body.getReader()
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value)
    received += piece.value.length
    progress({ received, total })
  }
  const bytes = new Uint8Array(received)
  pieces.reduce((at, piece) => {
    bytes.set(piece, at)
    return at + piece.length
  }, 0)
  return bytes
}

/** The Content-Length, which of a compressed response is not the file's. */
const lengthOf = ({ headers }: Response): number | undefined => {
  const length = Number(headers.get('content-length') ?? Number.NaN)
  return headers.get('content-encoding') === null && Number.isInteger(length) && length > 0 ? length : undefined
}

/** The same bytes if they have this SHA-256; otherwise a Left. */
export const checkSha256 = (bytes: Uint8Array, expected: string, source: string): TE.TaskEither<LossError, Uint8Array> => async () => {
  const received = await sha256(bytes)
  return received === expected ? E.right(bytes) : E.left({ _tag: 'WeightsAltered', source, received: `${received} (${String(bytes.length)} bytes)`, expected })
}
