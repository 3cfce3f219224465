/**
 * Tensors in files beside a model: read from the model's own folder, never from outside of it.
 */
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import type { LossError } from '../../core/errors/lossError.js'
import { readBytes, type ByteSource } from '../../layers/weights/bytes.js'
import { unreadable } from '../../layers/weights/unreadable.js'
import type { StoredNumbers } from './onnxMessages.js'

/** The contents of the files that these tensors are in, by location. */
export const readExternalFiles = (source: ByteSource, tensors: Iterable<StoredNumbers>): TE.TaskEither<LossError, ReadonlyMap<string, Uint8Array>> =>
  F.pipe(
    E.tryCatch(
      () =>
        [...new Set([...tensors].flatMap(({ external }) => (external === undefined ? [] : [locationOf(external)])))].map((location) => ({
          location,
          place: beside(source, location),
        })),
      (error): LossError => ({ _tag: 'WeightsUnreadable', source: '', reason: error instanceof Error ? error.message : String(error) }),
    ),
    TE.fromEither,
    TE.chain(
      TE.traverseArray(({ location, place }) =>
        F.pipe(
          readBytes(place),
          TE.map((bytes) => [location, bytes] as const),
        ),
      ),
    ),
    TE.map((files) => new Map(files)),
  )

const locationOf = (external: ReadonlyMap<string, string>): string => external.get('location') ?? unreadable('an external tensor of it has no location')

/** The path or URL of a file in the model's folder. */
const beside = (source: ByteSource, location: string): string | URL => {
  const shown = location.slice(0, 60)
  if (!isInside(location)) return unreadable(`its tensors are in '${shown}', outside its folder; expected a file beside the model`)
  if (source instanceof URL || (typeof source === 'string' && /^(https?|file):/.test(source)))
    return new URL(location.split('/').map(encodeURIComponent).join('/'), source)
  if (typeof source !== 'string' || /^(data|blob):/.test(source))
    return unreadable(
      `its tensors are in the file '${shown}'; pass the model's path or URL instead of its bytes, or save it as one file (torch.onnx.export(..., external_data=False))`,
    )
  return `${source.replace(/[^/\\]*$/, '')}${location}`
}

const isInside = (location: string): boolean =>
  location !== '' && !/^[/\\]|^[a-zA-Z][a-zA-Z0-9+.-]*:|[\0\\]/.test(location) && !location.split('/').some((part) => part === '..' || part === '')

/** The bytes of one tensor in these files. Throws `Unreadable`. */
export const externalBytes = ({ external }: StoredNumbers, files: ReadonlyMap<string, Uint8Array>): Uint8Array | undefined => {
  if (external === undefined) return undefined
  const location = locationOf(external)
  const file = files.get(location) ?? unreadable(`the file ${location.slice(0, 60)} of its tensors is missing`)
  const offset = Number(external.get('offset') ?? 0)
  const length = Number(external.get('length') ?? file.length - offset)
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > file.length)
    return unreadable(`a tensor refers to bytes ${String(offset)} to ${String(offset + length)} of ${location.slice(0, 60)}, which has ${String(file.length)}`)
  return file.subarray(offset, offset + length)
}
