/**
 * Checks of masks before any work: [batch or 1, height, width, 1] float32 in [0, 1] or up to what a metric says, of the prediction's size. Features resample them to their size.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { LossError } from '../errors/lossError.js'
import { goneProblem } from './checkImages.js'
import { tensorRemedy } from '../errors/foreignKind.js'
import { formatValue } from '../errors/formatValue.js'
import type { Shape } from '../errors/shape.js'
import { isTensor } from '../arguments/guards.js'

const expectedOf = (upTo: number): string => `a float32 tensor [batch or 1, height, width, 1] of values from 0 to ${String(upTo)}`

const dims = (shape: Shape): string => `[${shape.join(', ')}]`

/** Why this is not a mask, or undefined. */
export const maskProblem = (name: string, value: unknown, upTo: number): LossError | undefined => {
  const usual = expectedOf(upTo)
  const bad = (received: string, expected = usual): LossError => ({ _tag: 'BadMask', name, received, expected })
  const { remedy } = tensorRemedy(value)
  if (!isTensor(value)) return bad(formatValue(value), remedy === undefined ? usual : `${usual}. ${remedy.replace(/\.$/, '')}`)
  const gone = goneProblem(name, value)
  if (gone !== undefined) return gone
  const fits = value.dtype === 'float32' && value.shape.length === 4 && value.shape[3] === 1 && !value.shape.includes(0)
  return fits ? undefined : bad(`a ${value.dtype} tensor ${dims(value.shape)}`)
}

/** Why a mask does not fit a prediction of this shape, or undefined. */
export const maskSizeProblem = (name: string, mask: Shape, prediction: Shape): LossError | undefined => {
  const [batch = 0, height = 0, width = 0] = prediction
  const fits = (mask[0] === 1 || mask[0] === batch) && mask[1] === height && mask[2] === width
  const sizes = [...new Set([1, batch])].map((size) => dims([size, height, width, 1]))
  return fits ? undefined : { _tag: 'BadMask', name, received: dims(mask), expected: `${sizes.join(' or ')}, the prediction's size` }
}

/** Why these values are not a mask's: NaN, or outside 0 to its limit; reads the tensor back. */
export const maskValuesProblem = (name: string, mask: Tensor, upTo: number): LossError | undefined => {
  const outside = mask.dataSync<'float32'>().find((value) => !(value >= 0 && value <= upTo))
  return outside === undefined
    ? undefined
    : { _tag: 'BadMask', name, received: `values such as ${String(outside)}`, expected: `values from 0 to ${String(upTo)}` }
}
