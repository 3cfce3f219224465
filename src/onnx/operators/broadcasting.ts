/** Operators of several values, element by element; shapes broadcast. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'
import { broadcastShape, combined } from '../graph/hostArrays.js'
import type { Builder } from '../graph/onnxProgram.js'
import { isConstant, plainOrder, type Computed, type Kind, type Value } from '../graph/values.js'
import { inputAt, type NodeContext, type Operator } from './nodeContext.js'
import { resized, withShape } from './reshaping.js'

/** A function of the elements of several values: of tensors, and of numbers. */
export interface Combining {
  readonly device: (...xs: readonly Tensor[]) => Tensor
  readonly host: (...xs: readonly number[]) => number
  readonly kind?: Kind
}

/** The order in memory that most of the work is in already: that of the first computed value of full rank, permuted ones before others. */
const commonOrder = (values: readonly Value[], rank: number): readonly number[] => {
  const whole = values.filter((value): value is Computed => !isConstant(value) && value.shape.length === rank)
  const permuted = whole.find(({ order }) => order.some((axis, i) => axis !== i))
  return (permuted ?? whole[0])?.order ?? plainOrder(rank)
}

/** Values with the same number and order of axes. */
const aligned = (builder: Builder, values: readonly Value[], shape: Shape): { readonly order: readonly number[]; readonly inputs: readonly Value[] } => {
  const order = commonOrder(values, shape.length)
  return { order, inputs: values.map((value) => builder.arranged(isConstant(value) ? value : withRank({ builder }, value, shape.length), order)) }
}

/** A tensor with axes of length 1 in front. */
const withRank = (context: Pick<NodeContext, 'builder'>, value: Computed, rank: number): Computed =>
  value.shape.length === rank ? value : withShape(context, value, [...Array<number>(rank - value.shape.length).fill(1), ...value.shape])

/** The combination of values; constants are folded. */
export const combine = (
  { builder }: Pick<NodeContext, 'builder'>,
  values: readonly Value[],
  { device, host, kind = values[0]?.kind ?? 'float' }: Combining,
): Value => {
  const constants = values.filter(isConstant)
  if (constants.length === values.length) return combined(constants, kind, host)
  const shape = values.map((value) => value.shape).reduce(broadcastShape)
  const { order, inputs } = aligned(builder, values, shape)
  const channels = values.find(
    (value): value is Computed => !isConstant(value) && value.shape.length === shape.length && value.channels !== undefined,
  )?.channels
  return builder.emit({ inputs, shape, order, channels, kind, run: (tensors) => device(...tensors) })
}

const combining =
  (combination: Combining): Operator =>
  (context) =>
    combine(context, [inputAt(context, 0), inputAt(context, 1)], combination)

const comparing = (device: (a: Tensor, b: Tensor) => Tensor, host: (a: number, b: number) => boolean): Operator =>
  combining({ device: device, host: (a = 0, b = 0) => Number(host(a, b)), kind: 'bool' })

const all =
  (combination: Combining): Operator =>
  (context) =>
    context.inputs.slice(1).reduce<Value>((sofar, value) => combine(context, value === undefined ? [sofar] : [sofar, value], combination), inputAt(context, 0))

const of2 = (device: (a: Tensor, b: Tensor) => Tensor, host: (a: number, b: number) => number): Combining => ({
  device: device,
  host: (a = 0, b = 0) => host(a, b),
})

export const ADD = of2(tf.add, (a, b) => a + b)
export const MULTIPLY = of2(tf.mul, (a, b) => a * b)

/** Of integers the quotient is truncated. */
const divide: Operator = (context) => {
  const values = [inputAt(context, 0), inputAt(context, 1)]
  const isWhole = values.every(({ kind }) => kind === 'int')
  return combine(
    context,
    values,
    of2(tf.div, (a, b) => (isWhole ? (b === 0 ? 0 : Math.trunc(a / b)) : a / b)),
  )
}

/** Python's remainder, or C's. */
const remainder: Operator = (context) => {
  const isC = context.node.attributes.get('fmod')?.integer === 1
  return combine(
    context,
    [inputAt(context, 0), inputAt(context, 1)],
    of2(tf.mod, (a, b) => (isC ? a % b : a - b * Math.floor(a / b))),
  )
}

const power: Operator = (context) => {
  const [base, exponent] = [inputAt(context, 0), inputAt(context, 1)]
  const by = isConstant(exponent) && exponent.data.length === 1 ? exponent.data[0] : undefined
  if (by === 2) return combine(context, [base], { device: (x) => tf.square(x), host: (x = 0) => x ** 2 })
  if (by === 0.5) return combine(context, [base], { device: (x) => tf.sqrt(x), host: (x = 0) => Math.sqrt(x) })
  return combine(
    context,
    [base, exponent],
    of2(tf.pow, (a, b) => a ** b),
  )
}

/** The kernel of a choice broadcasts nothing: all three are brought to one shape. */
const where: Operator = (context) => {
  const [condition, yes, no] = [inputAt(context, 0), inputAt(context, 1), inputAt(context, 2)]
  const shape = [condition, yes, no].map((value) => value.shape).reduce(broadcastShape)
  const whole = (value: Value): Value => (isConstant(value) && [condition, yes, no].every(isConstant) ? value : resized(context, value, shape))
  return combine(context, [whole(condition), whole(yes), whole(no)], {
    device: (c, a, b) => tf.where(tf.cast(c, 'bool'), a, b),
    host: (c, a = 0, b = 0) => (c === 0 ? b : a),
    kind: yes.kind,
  })
}

/** Functions of two values for which TensorFlow.js has a kernel and ONNX an operator. */
const ARITHMETIC = {
  Add: { kernel: 'Add', ...ADD },
  Mul: { kernel: 'Multiply', ...MULTIPLY },
  Sub: { kernel: 'Sub', ...of2(tf.sub, (a, b) => a - b) },
}
const EXTREMES = {
  Max: { kernel: 'Maximum', ...of2(tf.maximum, Math.max) },
  Min: { kernel: 'Minimum', ...of2(tf.minimum, Math.min) },
}
const COMPARISONS = {
  And: { kernel: 'LogicalAnd', device: tf.logicalAnd, host: (a: number, b: number) => a !== 0 && b !== 0 },
  Equal: { kernel: 'Equal', device: tf.equal, host: (a: number, b: number) => a === b },
  Greater: { kernel: 'Greater', device: tf.greater, host: (a: number, b: number) => a > b },
  GreaterOrEqual: { kernel: 'GreaterEqual', device: tf.greaterEqual, host: (a: number, b: number) => a >= b },
  Less: { kernel: 'Less', device: tf.less, host: (a: number, b: number) => a < b },
  LessOrEqual: { kernel: 'LessEqual', device: tf.lessEqual, host: (a: number, b: number) => a <= b },
  Or: { kernel: 'LogicalOr', device: tf.logicalOr, host: (a: number, b: number) => a !== 0 || b !== 0 },
}

const each = <Row>(table: Readonly<Record<string, Row>>, operator: (row: Row) => Operator): Readonly<Record<string, Operator>> =>
  Object.fromEntries(Object.entries(table).map(([name, row]) => [name, operator(row)]))

const kernelsOf = (
  table: Readonly<Record<string, { readonly kernel: string }>>,
  isComparison: boolean,
): Readonly<Record<string, { readonly operator: string; readonly isComparison: boolean }>> =>
  Object.fromEntries(Object.entries(table).map(([operator, { kernel }]) => [kernel, { operator, isComparison }]))

/** The operator of each of these kernels of two values. */
export const BROADCASTING_KERNELS: Readonly<Record<string, { readonly operator: string; readonly isComparison: boolean }>> = {
  ...kernelsOf({ ...ARITHMETIC, ...EXTREMES, Div: { kernel: 'RealDiv' }, Pow: { kernel: 'Pow' } }, false),
  ...kernelsOf(COMPARISONS, true),
}

export const BROADCASTING: Readonly<Record<string, Operator>> = {
  ...each(ARITHMETIC, combining),
  ...each(COMPARISONS, ({ device, host }) => comparing(device, host)),
  ...each(EXTREMES, all),
  Div: divide,
  Mod: remainder,
  Pow: power,
  PRelu: combining(of2(tf.prelu, (x, slope) => (x < 0 ? slope * x : x))),
  Sum: all(ADD),
  Where: where,
}
