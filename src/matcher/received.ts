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

/** What is compared: a picture file's bytes, base64 of them, its path or URL, or a float32 tensor [height, width, 3] or [1, height, width, 3] in [0, 1]. */
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
  const encoded = typeof picture === 'string' ? base64Of(picture) : undefined
  if (encoded !== undefined) return { file: Buffer.from(encoded, 'base64') }
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

/** The start of a data URL of a picture. */
const DATA_URL = /^data:image\/[a-z+.-]+;base64,/

/** The start of a PNG, JPEG or WebP file in base64, as browsers' drivers give screenshots. */
const BARE = /^(?:iVBORw0KGgo|\/9j\/|UklGR)[A-Za-z0-9+/\s]{40}/

const base64Of = (text: string): string | undefined => {
  const start = DATA_URL.exec(text)?.[0]
  if (start !== undefined) return text.slice(start.length)
  return BARE.test(text) ? text : undefined
}

/** A test's realm has its own Uint8Array. */
const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]'

const notOne = (received: string): LossException =>
  new LossException({
    _tag: 'BadArgument',
    name: 'The picture',
    received,
    expected: 'the bytes of a picture file, their base64, its path or URL, or a float32 tensor [height, width, 3] or [1, height, width, 3]',
  })
