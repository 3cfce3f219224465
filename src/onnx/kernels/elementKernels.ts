/**
 * Kernels that work element by element.
 *
 * The names that a kernel and an operator of ONNX have for the same function are those of the operators that `fromOnnx` reads.
 */
import { ELEMENT_KERNELS } from '../operators/elementwise.js'
import { BROADCASTING_KERNELS } from '../operators/broadcasting.js'
import { firstOf, inputOf, numberOf, type KernelContext, type Translation } from './kernelContext.js'
import type { Traced } from '../trace/traced.js'

const unary =
  (operator: string): Translation =>
  (context) => {
    const x = firstOf(context)
    return context.ops.unary(operator, x)
  }

const binary =
  (operator: string, isComparison: boolean): Translation =>
  (context) => {
    const [a, b] = [inputOf(context, 'a'), inputOf(context, 'b')]
    return context.ops.binary(operator, a, b, isComparison ? 'bool' : a.type)
  }

/** An expression of the only input. */
const of =
  (expression: (x: Traced, context: KernelContext) => Traced): Translation =>
  (context) =>
    expression(firstOf(context), context)

const squared: Translation = of((x, { ops }) => ops.binary('Mul', x, x))

const squaredDifference: Translation = (context) => {
  const difference = context.ops.binary('Sub', inputOf(context, 'a'), inputOf(context, 'b'))
  return context.ops.binary('Mul', difference, difference)
}

/** 1 above zero, alpha elsewhere. */
const step: Translation = of((x, context) => {
  const { ops } = context
  const alpha = numberOf(context, 'alpha')
  const isAbove = ops.binary('Greater', x, ops.scalar(0, x.type), 'bool')
  return alpha === 0 ? ops.cast(isAbove, 'float32') : ops.where(isAbove, ops.scalar(1), ops.scalar(alpha))
})

const clip: Translation = of((x, context) => {
  const bound = (name: string): Traced => context.ops.scalar(numberOf(context, name), x.type)
  return context.ops.binary('Min', context.ops.binary('Max', x, bound('clipValueMin')), bound('clipValueMax'))
})

const relu6: Translation = of((x, { ops }) => ops.binary('Min', ops.unary('Relu', x), ops.scalar(6)))

const addAll: Translation = ({ ops, inputs }) => Object.values(inputs).reduce((sum, x) => ops.binary('Add', sum, x))

/** The remainder with the divisor's sign. */
const remainder: Translation = (context) => {
  const { ops } = context
  const [a, b] = [inputOf(context, 'a'), inputOf(context, 'b')]
  if (a.type === 'int32') return ops.binary('Mod', a, b)
  return ops.binary('Sub', a, ops.binary('Mul', b, ops.unary('Floor', ops.binary('Div', a, b))))
}

/** Whole numbers rounded down. */
const floorDiv: Translation = (context) => {
  const { ops } = context
  const quotient = ops.binary('Div', ops.cast(inputOf(context, 'a'), 'float32'), ops.cast(inputOf(context, 'b'), 'float32'))
  return ops.cast(ops.unary('Floor', quotient), 'int32')
}

/** The angle of (b, a), from the arctangent of one quotient, which is finite. */
const atan2: Translation = (context) => {
  const { ops } = context
  const [y, x] = [inputOf(context, 'a'), inputOf(context, 'b')]
  const zero = ops.scalar(0)
  const isVertical = ops.binary('Equal', x, zero, 'bool')
  const slope = ops.binary('Div', y, ops.where(isVertical, ops.scalar(1), x))
  const turn = ops.where(ops.binary('Less', y, zero, 'bool'), ops.scalar(-Math.PI), ops.scalar(Math.PI))
  const angle = ops.binary('Add', ops.unary('Atan', slope), ops.where(ops.binary('Less', x, zero, 'bool'), turn, zero))
  return ops.where(isVertical, ops.binary('Mul', ops.unary('Sign', y), ops.scalar(Math.PI / 2)), angle)
}

/** Where the condition has one axis, it chooses rows. */
const select: Translation = (context) => {
  const [condition, yes, no] = [inputOf(context, 'condition'), inputOf(context, 't'), inputOf(context, 'e')]
  const rows = condition.shape.length === 1 && yes.shape.length > 1
  return context.ops.where(rows ? context.ops.reshape(condition, [condition.shape[0] ?? 1, ...yes.shape.slice(1).map(() => 1)]) : condition, yes, no)
}

const cast: Translation = of((x, { ops, attributes }) =>
  ops.cast(x, attributes['dtype'] === 'int32' ? 'int32' : attributes['dtype'] === 'bool' ? 'bool' : 'float32'),
)

const uniform =
  (value: number): Translation =>
  (context) => {
    const { shape, type } = firstOf(context)
    return context.ops.graph.uniform(value, shape, type)
  }

/** ELU's gradient from its output y. */
const eluGradient: Translation = (context) => {
  const { ops } = context
  const [dy, y] = [inputOf(context, 'dy'), inputOf(context, 'y')]
  return ops.where(ops.binary('GreaterOrEqual', y, ops.scalar(0), 'bool'), dy, ops.binary('Mul', dy, ops.binary('Add', y, ops.scalar(1))))
}

const leakyRelu: Translation = of((x, context) => context.ops.node('LeakyRelu', [x], x, { alpha: { float: numberOf(context, 'alpha', 0.2) } }))

const entries = <A>(table: Readonly<Record<string, A>>, translate: (name: string, row: A) => Translation): Readonly<Record<string, Translation>> =>
  Object.fromEntries(Object.entries(table).map(([name, row]) => [name, translate(name, row)]))

export const ELEMENTS: Readonly<Record<string, Translation>> = {
  ...entries(ELEMENT_KERNELS, (_, operator) => unary(operator)),
  ...entries(BROADCASTING_KERNELS, (_, { operator, isComparison }) => binary(operator, isComparison)),
  AddN: addAll,
  Atan: unary('Atan'),
  Atan2: atan2,
  Cast: cast,
  ClipByValue: clip,
  EluGrad: eluGradient,
  Expm1: of((x, { ops }) => ops.binary('Sub', ops.unary('Exp', x), ops.scalar(1))),
  FloorDiv: floorDiv,
  IsNan: of((x, { ops }) => ops.unary('IsNaN', x, 'bool')),
  LeakyRelu: leakyRelu,
  Log1p: of((x, { ops }) => ops.unary('Log', ops.binary('Add', x, ops.scalar(1)))),
  Mod: remainder,
  NotEqual: (context) => context.ops.unary('Not', context.ops.binary('Equal', inputOf(context, 'a'), inputOf(context, 'b'), 'bool')),
  OnesLike: uniform(1),
  Prelu: (context) => context.ops.binary('PRelu', inputOf(context, 'x'), inputOf(context, 'alpha')),
  Relu6: relu6,
  Rsqrt: of((x, { ops }) => ops.unary('Reciprocal', ops.unary('Sqrt', x))),
  Select: select,
  Square: squared,
  SquaredDifference: squaredDifference,
  Step: step,
  ZerosLike: uniform(0),
}
