/**
 * Convolution 3 x 3 or 5 x 5 with bias and ReLU by Winograd's F(2, 3), F(4, 3), F(2, 5) or F(4, 5), by one op of this package (c/convolution.c).
 *
 * A block of tiles stays in the processor's cache from its inputs to its outputs. 64 channels in and out at 256 x 256: 20 ms of processor time by F(4, 3) and 30 by F(2, 3),
 * instead of oneDNN's 82, with AVX2.
 *
 * Laws: equals the plain convolution except for rounding (3e-6 of the norm, by F(2, 3) 1e-6, by F(4, 5) 1e-5). Equal neighbourhoods need NOT give equal values: a tile's outputs are rounded in
 * different ways.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { LANES } from '../../../core/tensors/native/nativeVectors.js'
import { areClose, triedOnce, trialNumbers } from '../../../core/tensors/native/trial.js'
import { namedOp, type AttributeKinds, type NamedAttribute } from '../../../core/tensors/namedOps.js'
import { disposing, keptBias, type Convolver } from '../convolver.js'
import { keepsSize, type Window } from '../windows.js'
import { PANEL } from './panelSize.js'

/**
 * Filters of up to this many numbers (128 x 256 channels) are kept transformed, which takes up to four times the memory. Larger ones are transformed in each call, which takes no longer than
 * reading their transforms from memory.
 */
const LARGE_FILTER = 2 ** 19

/**
 * How much a convolution may round: 'little' selects F(2, 3), which rounds as much as the plain sum, and F(2, 5), the smallest form for 5 x 5 that saves products; 'more' selects F(4, 3), which
 * rounds about four times as much as F(2, 3), in two thirds of the time, and F(4, 5), about four times as much as F(2, 5), in half of it.
 */
export type Rounding = 'little' | 'more'

/** Winograd's F(side, taps). */
interface Form {
  readonly side: number
  readonly taps: number
}

const FORMS: Readonly<Record<Rounding, readonly Form[]>> = {
  little: [
    { side: 2, taps: 3 },
    { side: 2, taps: 5 },
  ],
  more: [
    { side: 4, taps: 3 },
    { side: 4, taps: 5 },
  ],
}

/** The forms of the first addons. */
const FIRST: readonly Form[] = [...FORMS.little, { side: 4, taps: 3 }]

/** The form for a filter of taps x taps; that with less rounding if the addon is too old for it. */
const formFor = (taps: number, rounding: Rounding): Form | undefined => {
  const of = (by: Rounding): Form | undefined => FORMS[by].find((form) => form.taps === taps)
  const form = of(rounding)
  const isFirst = FIRST.some(({ side, taps: size }) => side === form?.side && size === taps)
  return isFirst || hasLaterForms() ? form : of('little')
}

/** The op's convolution with a filter; undefined if it does not have it. */
export const winogradOpConvolver = (filter: Tensor4D, bias: Tensor1D | undefined, window: Window, rounding: Rounding): Convolver | undefined => {
  const [height, width, input, output] = filter.shape
  const form = height === width ? formFor(height, rounding) : undefined
  const inside = window.stride === 1 && window.padding === 0 && hasLaterForms()
  if (form === undefined || !(keepsSize(window, height) || inside) || input % LANES !== 0 || output % PANEL !== 0) return undefined
  const kept = filter.size <= LARGE_FILTER
  const weights = tf.keep(ofFilter(filter, form, kept))
  const addend = keptBias(bias, output)
  return {
    run: (x, relu) => convolved(inside ? 'PerceptualLossWinogradInside' : 'PerceptualLossWinograd', x, weights, addend, form, kept, relu),
    dispose: disposing([weights, addend]),
  }
}

/** The op that pads so that the size stays, and the one without padding. */
type Op = 'PerceptualLossWinograd' | 'PerceptualLossWinogradInside'

const convolved = (op: Op, x: Tensor4D, weights: Tensor, bias: Tensor1D, form: Form, kept: boolean, relu: boolean): Tensor4D =>
  namedOp(op, (kinds) => [...attributes(kinds, form, kept), { name: 'relu', type: kinds.TF_ATTR_BOOL, value: relu }], [x, weights, bias]) as Tensor4D

/** A filter as the op takes it: transformed if `kept`, otherwise in panels. */
const ofFilter = (filter: Tensor4D, form: Form, kept: boolean): Tensor =>
  namedOp('PerceptualLossWinogradFilter', (kinds) => attributes(kinds, form, kept), [filter])

const attributes = ({ TF_ATTR_BOOL, TF_ATTR_INT }: AttributeKinds, { side, taps }: Form, kept: boolean): readonly NamedAttribute[] => [
  { name: 'kept', type: TF_ATTR_BOOL, value: kept },
  { name: 'side', type: TF_ATTR_INT, value: side },
  { name: 'taps', type: TF_ATTR_INT, value: taps },
]

/** Whether a form agrees with TensorFlow's own convolution, on tiles inside and at every edge. */
const agrees = (op: Op, form: Form): boolean => {
  const x = trialNumbers(1, [1, 14, 13, LANES])
  const bias = tf.reshape<tf.Rank.R1>(trialNumbers(3, [1, 1, 1, PANEL]), [PANEL])
  const filter = trialNumbers(2, [form.taps, form.taps, LANES, PANEL])
  const plain = tf.add(tf.conv2d(x, filter, 1, op === 'PerceptualLossWinograd' ? 'same' : 'valid'), bias)
  return [true, false].every((kept) => areClose(convolved(op, x, ofFilter(filter, form, kept), bias, form, kept, false), plain, 1e-3))
}

/** Whether the forms of the first addons work. */
export const winogradOpWorks = (): boolean => FIRST.every((form) => agrees('PerceptualLossWinograd', form))

/** Whether F(4, 5) and convolutions without padding work, which later addons have. */
const hasLaterForms = triedOnce(
  () =>
    FORMS.more.every((form) => agrees('PerceptualLossWinograd', form)) &&
    [...FORMS.little, ...FORMS.more].every((form) => agrees('PerceptualLossWinogradInside', form)),
)
