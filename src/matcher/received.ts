/**
 * The picture of a test: its pixels, and its original file if it had one.
 */
import { formatValue } from '../core/errors/formatValue.js'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { LossException } from '../index.js'
import { readImage } from '../node/index.js'
import { reasonOf } from '../node/reason.js'

/** What is compared: a picture file's bytes, its path or URL, or a float32 tensor [height, width, 3] or [1, height, width, 3] in [0, 1]. */
export type Picture = Uint8Array | string | URL | Tensor

/** A loaded picture; the caller disposes of its tensor. */
export interface Received {
  readonly image: Tensor4D
  /** The original file; undefined for tensors. */
  readonly file: Uint8Array | undefined
}

/** A picture before it is loaded: a file's bytes, or a tensor of the caller's. */
export type Source = { readonly file: Uint8Array } | { readonly tensor: Tensor }

/** Reads a picture's file; a path is relative to `folder`. */
export const sourceOf = async (picture: unknown, folder: string): Promise<Source> => {
  if (picture instanceof tf.Tensor) return { tensor: picture as Tensor }
  if (isBytes(picture)) return { file: picture }
  if (typeof picture !== 'string' && !(picture instanceof URL && picture.protocol === 'file:')) throw notOne(formatValue(picture))
  const path = picture instanceof URL ? fileURLToPath(picture) : resolve(folder, picture)
  try {
    return { file: await readFile(path) }
  } catch (error) {
    throw new LossException({ _tag: 'ImageUnreadable', path, reason: reasonOf(error) })
  }
}

/** Loads a picture as a tensor of its own. */
export const load = async (source: Source): Promise<Received> =>
  'file' in source ? { image: await readImage(source.file), file: source.file } : { image: asBatch(source.tensor), file: undefined }

const asBatch = (tensor: Tensor): Tensor4D => {
  const [batch] = tensor.rank === 4 ? tensor.shape : [1]
  if ((tensor.rank !== 3 && tensor.rank !== 4) || batch !== 1) throw notOne(`a tensor [${tensor.shape.join(', ')}]`)
  return tensor.rank === 4 ? tf.clone(tensor as Tensor4D) : tf.expandDims(tensor)
}

/** A test's realm has its own Uint8Array. */
const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]'

const notOne = (received: string): LossException =>
  new LossException({
    _tag: 'BadArgument',
    name: 'The picture',
    received,
    expected: 'the bytes of a picture file, its path or URL, or a float32 tensor [height, width, 3] or [1, height, width, 3]',
  })
