import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor3D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import type { Feature, Transformed } from '../../core/language/feature.js'
import { requireName } from '../../core/arguments/guards.js'
import { formatValue } from '../../core/errors/formatValue.js'
import { withOptions } from '../../core/arguments/definitionOptions.js'
import { coverage, interval, type Matrix } from './area.js'
import { getOrThrow, LossException } from '../../core/errors/lossException.js'

/** A rectangle in fractions of the picture: left and top from 0, width and height up to 1. */
export interface Region {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

/** Options of `masked`. */
export interface MaskedOptions {
  /** The name of a mask that is passed when the loss runs; default null, no mask. */
  readonly mask: string | null
  /** A rectangle, which needs no tensor; default the whole picture. With a mask, the intersection of both. */
  readonly region: Region
}

const WHOLE: Region = { top: 0, left: 0, height: 1, width: 1 }

const numbers = t.strict({ top: t.number, left: t.number, height: t.number, width: t.number })

/** Whether a span lies within 0 to 1 and is not empty, up to rounding. */
const isSpan = (start: number, length: number): boolean => start >= 0 && length > 0 && start + length <= 1 + 1e-9

const region = t.refinement(
  numbers,
  ({ top, left, height, width }) => isSpan(top, height) && isSpan(left, width),
  'a rectangle within the picture: { top, left, height, width }, fractions from 0 to 1',
)

/** The name of a mask. */
export const aMaskName: t.Type<string, unknown> = t.refinement(t.string, (name) => name !== '', "a name, such as 'face'")

const transform: Transform<MaskedOptions> = defineTransform<MaskedOptions>({
  id: 'masked',
  options: t.strict({ mask: t.union([aMaskName, t.null]), region }),
  defaults: { mask: null, region: WHOLE },
  smooth: () => true,
  bound: () => (input) => input,
  shape: () => (input) => (input.length === 4 ? input : 'a mask needs height and width: [batch, height, width, channels]'),
  mask: ({ mask }) => mask ?? undefined,
  tiling: () => ({ refused: 'needs the whole picture' }),
  apply: ({ region: { top, left, height, width } }) => {
    const [rows, columns] = [lastMatrix(), lastMatrix()]
    const isWhole = top === 0 && left === 0 && height >= 1 && width >= 1
    return (feature, mask) => {
      const [, h = 1, w = 1] = feature.shape
      const through = mask === undefined ? feature : tf.mul(feature, resampled(mask, rows(mask.shape[1] ?? 1, h), columns(mask.shape[2] ?? 1, w)))
      if (isWhole) return through
      const within = tf.mul(tf.tensor(interval(top, height, h), [1, h, 1, 1]), tf.tensor(interval(left, width, w), [1, 1, w, 1]))
      return tf.mul(through, within)
    }
  },
})

/** The coverage matrix, computed again when a size changes. */
const lastMatrix = (): ((from: number, to: number) => Matrix) => {
  let last: Matrix | undefined
  return (from, to) => (last?.from === from && last.to === to ? last : (last = coverage(from, to)))
}

/** A mask [batch, height, width, 1] resampled by area to another size. */
const resampled = (mask: Tensor, rows: Matrix, columns: Matrix): Tensor => {
  if (rows.from === rows.to && columns.from === columns.to) return mask
  const plane = tf.reshape<tf.Rank.R3>(mask, [-1, rows.from, columns.from])
  const down = tf.matMul(tf.tile(matrix(rows), [plane.shape[0], 1, 1]), plane)
  const across = tf.matMul(down, tf.tile(tf.transpose(matrix(columns), [0, 2, 1]), [plane.shape[0], 1, 1]))
  return tf.reshape(across, [-1, rows.to, columns.to, 1])
}

const matrix = ({ values, from, to }: Matrix): Tensor3D => tf.tensor3d(values, [1, to, from])

/** A mask by its name, or a mask and a region. */
export type MaskedBy<N extends string> = N | { readonly mask?: N | null; readonly region?: Region }

/** `masked`: the mask's name becomes one of the references that the loss needs. */
export interface Masked {
  <L extends string = never, R extends string = never, const N extends string = never>(feature: Feature<L, R>, by: MaskedBy<N>): Transformed<L, R | N>
  /** With a mask or a region, for `pipe`. */
  readonly with: <const N extends string = never>(
    by: MaskedBy<N>,
  ) => <L extends string = never, R extends string = never>(feature: Feature<L, R>) => Transformed<L, R | N>
  readonly definition: Transform<MaskedOptions>['definition']
}

/** The options for a name or a record; untyped code may pass neither. */
const optionsOf = (by: unknown): Partial<MaskedOptions> => {
  if (typeof by === 'string') return { mask: requireName('The mask of masked', by) }
  if (typeof by !== 'object' || by === null)
    throw new LossException({
      _tag: 'BadArgument',
      name: 'The mask of masked',
      received: formatValue(by),
      expected: "a name, such as 'face', or { mask, region }",
    })
  return getOrThrow(withOptions(transform.definition, by as Partial<MaskedOptions>))
}

/**
 * Multiplies a feature by a mask at each position; the shape does not change.
 *
 * A mask has a name and is passed with the references: float32 [batch or 1, height, width, 1] in [0, 1], of the prediction's size. It is resampled to the size of each
 * feature by area, and applied to references and prediction alike. A region is a rectangle in fractions and needs no tensor.
 *
 * A metric still averages over all positions: if a mask covers a tenth of the picture, the term is a tenth of its mean within the mask; a weight of 10 compensates. A
 * layer's positions near the mask's edge also depend on pixels outside, within the receptive field.
 *
 * @throws LossException `BadArgument` or `BadOptions` for a wrong name or region; when compiled, `MissingMask` or `BadMask` for a mask that is missing or does not fit.
 * Source: Gatys et al., "Controlling Perceptual Factors in Neural Style Transfer", 2017, section 4 (guided Grams).
 *
 * @example compile(mae(masked(featureAt('block3_conv3'), 'face')), await vgg16())({ target, face }, prediction)
 * @example mse(masked(pixels, { region: { top: 0, left: 0, height: 0.5, width: 1 } }))
 */
export const masked: Masked = Object.freeze(
  Object.assign((feature: Feature<string, string>, by: unknown) => transform(feature, optionsOf(by)), {
    with: (by: unknown) => {
      const options = optionsOf(by)
      return (feature: Feature<string, string>) => transform(feature, options)
    },
    definition: transform.definition,
  }),
) as Masked
