/** Products of matrices. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'
import { broadcastShape, size } from '../graph/hostArrays.js'
import { dims, unfit } from '../graph/unfit.js'
import { isConstant, scalar, type Constant, type Value } from '../graph/values.js'
import { ADD, combine, MULTIPLY } from './broadcasting.js'
import { decimalOf, inputAt, integerOf, plain, type NodeContext, type Operator } from './nodeContext.js'
import { resized, withShape } from './reshaping.js'

type Context = Pick<NodeContext, 'builder'>

const tensorOf = (tensor: Tensor | undefined): Tensor => tensor ?? tf.scalar(0)

/** A product of matrices, of as many axes in front as there are; they broadcast. */
export const multiply = (context: Context, a: Value, b: Value): Value => {
  if (a.shape.length === 1 || b.shape.length === 1) return ofVectors(context, a, b)
  const [rows, inner, columns] = [a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0, b.shape.at(-1) ?? 0]
  if (inner !== b.shape.at(-2)) return unfit(`the shapes ${dims(a.shape)} and ${dims(b.shape)} cannot be multiplied`)
  if (isConstant(b) && b.shape.length === 2) return byWeights(context, a, b)
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const whole = (value: Value, sides: readonly number[]): Value => withShape(context, resized(context, value, [...batch, ...sides]), [size(batch), ...sides])
  const [left, right] = [whole(a, [rows, inner]), whole(b, [inner, columns])]
  const shape = [size(batch), rows, columns]
  const inputs = [plain(context, left), plain(context, right)]
  const product = context.builder.emit({ inputs, shape, channels: 2, flops: 2 * size(shape) * inner, run: ([x, y]) => tf.matMul(tensorOf(x), tensorOf(y)) })
  return withShape(context, product, [...batch, rows, columns])
}

const ofVectors = (context: Context, a: Value, b: Value): Value => {
  const [left, right] = [a.shape.length === 1 ? [1, ...a.shape] : a.shape, b.shape.length === 1 ? [...b.shape, 1] : b.shape]
  const product = multiply(context, withShape(context, a, left), withShape(context, b, right))
  const shape = product.shape.filter((_, i, all) => !(i === all.length - 2 && a.shape.length === 1) && !(i === all.length - 1 && b.shape.length === 1))
  return withShape(context, product, shape)
}

/** A linear layer. Its gradient has the transposed weights at hand: backends multiply by a right factor that is as it is. */
const byWeights = (context: Context, a: Value, b: Constant): Value => {
  const { builder } = context
  const [inner = 0, columns = 0] = b.shape
  const rows = size(a.shape) / inner
  const [weights, turned] = [builder.arranged(b, [0, 1]), builder.arranged(b, [1, 0])]
  const shape = [...a.shape.slice(0, -1), columns]
  return builder.emit({
    inputs: [plain(context, a), weights, turned],
    shape,
    channels: shape.length - 1,
    flops: 2 * rows * inner * columns,
    run: ([x, w, back]) => tf.reshape(linear(tf.reshape(tensorOf(x), [rows, inner]), w as Tensor2D, back as Tensor2D, builder.store.isOwn(turned)), shape),
  })
}

/** Kept weights need not be saved for the gradient, which would copy them on some backends. */
const linear = (x: Tensor2D, weights: Tensor2D, turned: Tensor2D, isKept: boolean): Tensor2D =>
  differentiable<Tensor2D>(x, (input, save) => {
    save(isKept ? [] : [turned])
    return { value: tf.matMul(input, weights), gradient: (dy, [back = turned]) => tf.matMul(dy, back) }
  })

const gemm: Operator = (context) => {
  const { builder } = context
  const turnedIf = (value: Value, name: string): Value => {
    if (value.shape.length !== 2) return unfit(`an input of the shape ${dims(value.shape)}; expected 2 axes`)
    if (integerOf(context, name, 0) === 0) return value
    return isConstant(value)
      ? builder.arranged(value, [1, 0])
      : { ...value, shape: [...value.shape].reverse(), order: value.order.map((axis) => 1 - axis), channels: undefined }
  }
  const product = scaled(
    context,
    multiply(context, turnedIf(inputAt(context, 0), 'transA'), turnedIf(inputAt(context, 1), 'transB')),
    decimalOf(context, 'alpha', 1),
  )
  const addend = context.inputs[2]
  return addend === undefined ? product : combine(context, [product, scaled(context, addend, decimalOf(context, 'beta', 1))], ADD)
}

const scaled = (context: Context, value: Value, by: number): Value => (by === 1 ? value : combine(context, [value, scalar(by)], MULTIPLY))

const matMul: Operator = (context) => multiply(context, inputAt(context, 0), inputAt(context, 1))

export const MULTIPLYING: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: matMul }
