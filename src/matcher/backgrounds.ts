/**
 * A picture and its reference on each background used for the comparison.
 *
 * Law: pictures whose pixels or transparency differ visibly differ on at least one of the backgrounds.
 */
import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readImage } from '../node/index.js'
import { differOnBlack, transparencyOf } from '../node/transparency.js'
import type { Received } from './received.js'

/** Both, on one background. */
export interface Background {
  readonly reference: Tensor4D
  readonly picture: Tensor4D
}

/** On white, and also on black if both have an alpha channel and one is transparent. `dispose` does not dispose of the received picture. */
export interface Backgrounds {
  readonly all: readonly [Background, ...Background[]]
  readonly dispose: () => void
}

/** Reads the reference from its file. */
export const backgroundsOf = async (path: string, { image, file }: Received): Promise<Backgrounds> => {
  const reference = await readImage(path)
  const onWhite = { reference, picture: image }
  const onBlack = file === undefined ? undefined : await pairOnBlack(await readFile(path), file)
  return {
    all: onBlack === undefined ? [onWhite] : [onWhite, onBlack],
    dispose: () => {
      tf.dispose([reference, ...(onBlack === undefined ? [] : [onBlack.reference, onBlack.picture])])
    },
  }
}

const pairOnBlack = async (reference: Uint8Array, picture: Uint8Array): Promise<Background | undefined> => {
  if (!differOnBlack(await transparencyOf(reference), await transparencyOf(picture))) return undefined
  const background = 'black'
  return { reference: await readImage(reference, { background }), picture: await readImage(picture, { background }) }
}
