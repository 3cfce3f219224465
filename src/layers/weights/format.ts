/**
 * Reads a file of tensors in any known format, detected by its first bytes.
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { LossError } from '../../core/errors/lossError.js'
import { formatValue } from '../../core/errors/formatValue.js'
import { entriesOf, readEntry } from './archive.js'
import { readHdf5 } from './hdf5/hdf5.js'
import { readSafetensors } from './safetensors.js'
import type { TensorFile } from './tensorFile.js'
import { isTorchPickle, readTorchPickles, readTorchZip } from './torch.js'
import { Unreadable, unreadable } from './unreadable.js'

/** The tensors of safetensors, PyTorch and Keras files; a Left says what is wrong with the file, or that it is none of these. The caller releases it. */
export const readTensors = (bytes: Uint8Array, source: string): TE.TaskEither<LossError, TensorFile> => {
  const read = READERS.find(({ starts }) => starts.some((start) => beginsWith(bytes, start)))?.read
  return read === undefined
    ? TE.fromEither(readSafetensors(bytes, source))
    : TE.tryCatch(
        async () => read(bytes),
        (error): LossError => ({ _tag: 'WeightsUnreadable', source, reason: reasonOf(error) }),
      )
}

/** The reason that a reader failed, as text. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof Unreadable) return error.message
  const said = error instanceof Error ? error.message : String(error)
  return `it is damaged (${said.trim().split('\n')[0]?.slice(0, 200) ?? ''})`
}

const beginsWith = (bytes: Uint8Array, start: readonly number[] | string): boolean =>
  typeof start === 'string' ? beginsWith(bytes, Array.from(start, (letter) => letter.charCodeAt(0))) : start.every((byte, i) => bytes[i] === byte)

const readZip = (bytes: Uint8Array): TensorFile | Promise<TensorFile> => {
  const entries = entriesOf(bytes)
  const keras = entries.find(({ name }) => name === 'model.weights.h5')
  if (keras !== undefined) return readHdf5(readEntry(bytes, keras))
  if (entries.some(({ name }) => isTorchPickle(name))) return readTorchZip(bytes)
  return unreadable(`it is a zip archive, but neither from PyTorch (data.pkl) nor from Keras (model.weights.h5): ${formatValue(entries.slice(0, 5).map(({ name }) => name))}`)
}

const weightsError = (what: string) => () => unreadable(what)

const READERS: readonly { readonly starts: readonly (readonly number[] | string)[]; readonly read: (bytes: Uint8Array) => TensorFile | Promise<TensorFile> }[] = [
  { starts: ['\x89HDF\r\n\x1a\n'], read: readHdf5 },
  { starts: ['PK\x03\x04', 'PK\x05\x06'], read: readZip },
  { starts: [2, 3, 4, 5].map((protocol) => [0x80, protocol]), read: readTorchPickles },
  { starts: ['version https://git-lfs'], read: weightsError('it is a Git LFS pointer, not the file; run git lfs pull to fetch it') },
  { starts: ['<!DOCTYPE', '<!doctype', '<html', '<HTML'], read: weightsError('it is a web page, not a weights file') },
]

/** Runs `use` on a file, then releases it; exceptions from damaged parts become a Left. */
export const withRelease =
  <A>(source: string, use: (file: TensorFile) => E.Either<LossError, A>) =>
  (file: TensorFile): E.Either<LossError, A> => {
    try {
      return use(file)
    } catch (error) {
      return E.left({ _tag: 'WeightsUnreadable', source, reason: reasonOf(error) })
    } finally {
      file.release?.()
    }
  }
