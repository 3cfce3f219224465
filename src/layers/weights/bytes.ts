/**
 * Reads a file's bytes from where people keep them: a path, a URL, or memory; in Node and in browsers.
 *
 * Node's modules are asked of the process, not imported, so that a bundle for browsers carries nothing of them.
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { LossError } from '../../core/errors/error.js'
import { formatValue } from '../../core/errors/formatValue.js'
import { sha256 } from './sha256.js'

/** Where bytes come from: a path (Node), a URL or what `fetch` takes (browsers, relative to the page), or the bytes themselves. */
export type ByteSource = string | URL | Uint8Array | ArrayBuffer

/** The source in words, for errors; untyped code may pass anything. */
export const sourceName = (source: unknown): string => {
  if (typeof source === 'string') return source
  if (source instanceof URL) return source.href
  return isBytes(source) ? `(${String(source.byteLength)} bytes in memory)` : formatValue(source)
}

/** The bytes, no copy of those in memory; a Left says why they cannot be had. */
export const readBytes = (source: ByteSource): TE.TaskEither<LossError, Uint8Array> =>
  TE.tryCatch(
    async () => {
      if (isBytes(source)) return source instanceof ArrayBuffer ? new Uint8Array(source) : source
      if (typeof source !== 'string' && !((source as unknown) instanceof URL)) throw new Error('expected a path, a URL, a Uint8Array or an ArrayBuffer')
      const files = nodeFiles()
      return files !== undefined && !isRemote(source) ? await files.readFile(isFileUrl(source) ? new URL(source) : source) : await download(source)
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

/** What servers of apps send for files that they do not have; most often a bundler has moved the module that names the file. */
const WEB_PAGE =
  "the server sent a web page in its place. (Vite's development server must leave this package where it is: optimizeDeps: { exclude: ['perceptual-loss'] })"

const download = async (source: string | URL): Promise<Uint8Array> => {
  const response = await fetch(source)
  if (!response.ok) throw new Error(`the server answered ${String(response.status)} ${response.statusText}`.trimEnd())
  if (response.headers.get('content-type')?.startsWith('text/html') === true) throw new Error(WEB_PAGE)
  return new Uint8Array(await response.arrayBuffer())
}

/** The same bytes when they have this SHA-256; a Left otherwise. */
export const checkSha256 = (bytes: Uint8Array, expected: string, source: string): TE.TaskEither<LossError, Uint8Array> => async () => {
  const received = await sha256(bytes)
  return received === expected ? E.right(bytes) : E.left({ _tag: 'WeightsAltered', source, received: `${received} (${String(bytes.length)} bytes)`, expected })
}
