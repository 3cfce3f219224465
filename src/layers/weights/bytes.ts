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

/** The bytes, without copying those in memory; a Left says why they cannot be read. */
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

/** App servers send a web page for missing files, most often because a bundler moved the module that refers to the file. */
const WEB_PAGE =
  "the server sent a web page instead. (With Vite, set optimizeDeps: { exclude: ['perceptual-loss'] })"

const download = async (source: string | URL): Promise<Uint8Array> => {
  const response = await fetch(source)
  if (!response.ok) throw new Error(`the server answered ${String(response.status)} ${response.statusText}`.trimEnd())
  if (response.headers.get('content-type')?.startsWith('text/html') === true) throw new Error(WEB_PAGE)
  return new Uint8Array(await response.arrayBuffer())
}

/** The same bytes if they have this SHA-256; otherwise a Left. */
export const checkSha256 = (bytes: Uint8Array, expected: string, source: string): TE.TaskEither<LossError, Uint8Array> => async () => {
  const received = await sha256(bytes)
  return received === expected ? E.right(bytes) : E.left({ _tag: 'WeightsAltered', source, received: `${received} (${String(bytes.length)} bytes)`, expected })
}
