import { checkOptions } from '../core/arguments/checkOptions.js'
import fc from 'fast-check'
import { KINDS, PICTURE_KINDS, type PairKind, type PictureShape } from './pictures.js'
import { picturesArbitrary } from './picturesArbitrary.js'
import { tensorText } from './tensorText.js'
import { positiveInteger } from '../core/arguments/codecs.js'

/** Two image batches of the same shape, as numbers in [0, 1]. */
export interface ImagePair {
  readonly kind: PairKind
  /** [batch, height, width, 3]. */
  readonly shape: PictureShape
  readonly reference: Float32Array
  readonly prediction: Float32Array
}

/** Which pairs to generate. */
export interface ImagePairOptions {
  /** The smallest side; default 1. Networks need more (16 for VGG's block 5). */
  readonly minSide?: number
  /** The largest side; default 12. */
  readonly maxSide?: number
  /** The largest batch size; default 3. */
  readonly maxBatch?: number
  /** The kinds; by default all except 'signed', whose values (negative, up to 512) occur in features but not in pictures. */
  readonly kinds?: readonly PairKind[]
}

/**
 * Generates pairs of pictures: identical, near, far, black, of one colour, saturated, different in one value; odd and non-square sizes too.
 *
 * They shrink to the smallest pair of their kind with the simplest numbers, and print as TypeScript.
 *
 * @example fc.assert(fc.property(imagePairArbitrary(), ({ shape, reference }) => reference.length === shape.reduce((a, b) => a * b)))
 */
export const imagePairArbitrary = (options: ImagePairOptions = {}): fc.Arbitrary<ImagePair> => {
  checkOptions('imagePairArbitrary', options, { minSide: positiveInteger, maxSide: positiveInteger, maxBatch: positiveInteger, kinds: KINDS })
  const { minSide = 1, maxSide = Math.max(12, minSide), maxBatch = 3, kinds = PICTURE_KINDS } = options
  return picturesArbitrary({ minSide, maxSide, maxBatch, kinds }, false).map(({ kind, shape, images: [reference = none, prediction = none] }) => ({
    kind,
    shape,
    reference,
    prediction,
    [fc.toStringMethod]: () => `{ kind: '${kind}', reference: ${tensorText(reference, shape)}, prediction: ${tensorText(prediction, shape)} }`,
  }))
}

const none = new Float32Array()
