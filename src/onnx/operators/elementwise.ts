/** Operators of one value, element by element. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { mapped } from '../graph/hostArrays.js'
import { unfit } from '../graph/unfit.js'
import { isConstant, type Kind, type Value } from '../graph/values.js'
import { channelsOf, decimalOf, inputAt, optionalConstant, orderOf, textOf, type NodeContext, type Operator } from './nodeContext.js'

/** A function of each element: of tensors, and of numbers, by which constants are folded. */
interface Elementwise {
  readonly device: (x: Tensor) => Tensor
  readonly host?: (x: number) => number
  readonly kind?: Kind
}

/** A value through a function of each element. */
const throughEach = ({ builder }: NodeContext, x: Value, { device, host, kind = x.kind }: Elementwise): Value => {
  if (isConstant(x) && host !== undefined) return mapped(x, kind, host)
  return builder.emit({ inputs: [x], shape: x.shape, order: orderOf(x), channels: channelsOf(x), kind, run: ([t]) => device(t) })
}

const fixed =
  (elementwise: Elementwise): Operator =>
  (context) =>
    throughEach(context, inputAt(context, 0), elementwise)

const withOptions =
  (elementwise: (context: NodeContext) => Elementwise): Operator =>
  (context) =>
    throughEach(context, inputAt(context, 0), elementwise(context))

const clip = (context: NodeContext): Elementwise => {
  const bound = (at: number, name: string, otherwise: number): number => optionalConstant(context, at)?.data[0] ?? decimalOf(context, name, otherwise)
  const [low, high] = [bound(1, 'min', -Infinity), bound(2, 'max', Infinity)]
  return { device: (x) => clipped(x, low, high), host: (x) => Math.min(high, Math.max(low, x)) }
}

const clipped = (x: Tensor, low: number, high: number): Tensor => {
  // Infinity is no number in WebGL.
  const bound = (value: number): number => Math.max(-3.4e38, Math.min(3.4e38, value))
  return low === 0 && high === Infinity ? tf.relu(x) : tf.clipByValue(x, bound(low), bound(high))
}

const hardSigmoid = (x: Tensor, alpha: number, beta: number): Tensor => tf.clipByValue(tf.add(tf.mul(x, alpha), beta), 0, 1)

const HALF_ROOT = Math.SQRT1_2

/** The Gaussian error linear unit. */
const gelu = (context: NodeContext): Elementwise => {
  const approximate = textOf(context, 'approximate', 'none')
  if (approximate === 'tanh')
    return { device: (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.tanh(tf.mul(tf.mul(x, Math.sqrt(2 / Math.PI)), tf.add(1, tf.mul(tf.square(x), 0.044715)))))) }
  if (approximate !== 'none') unfit(`the unknown approximation '${approximate}'`)
  return { device: (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, HALF_ROOT)))) }
}

/** The kinds that a Cast goes to, by the numbers of TensorProto.DataType. */
const castKind = (to: number): Kind => {
  if ([1, 10, 11, 16].includes(to)) return 'float'
  if ([2, 3, 4, 5, 6, 7, 12, 13].includes(to)) return 'int'
  return to === 9 ? 'bool' : unfit(`a cast to the unsupported type ${String(to)}`)
}

const cast: Operator = (context) => {
  const x = inputAt(context, 0)
  const kind = castKind(context.node.attributes.get('to')?.integer ?? 1)
  if (kind === x.kind) return x
  const host = kind === 'int' ? Math.trunc : kind === 'bool' ? (v: number) => Number(v !== 0) : (v: number) => v
  return throughEach(context, x, { kind, host, device: (t) => tf.cast(t, kind === 'int' ? 'int32' : kind === 'bool' ? 'bool' : 'float32') })
}

/** Functions for which TensorFlow.js has a kernel and ONNX an operator. */
const UNARY = {
  Abs: { kernel: 'Abs', device: tf.abs, host: Math.abs },
  Ceil: { kernel: 'Ceil', device: tf.ceil, host: Math.ceil },
  Cos: { kernel: 'Cos', device: tf.cos, host: Math.cos },
  Erf: { kernel: 'Erf', device: tf.erf },
  Exp: { kernel: 'Exp', device: tf.exp, host: Math.exp },
  Floor: { kernel: 'Floor', device: tf.floor, host: Math.floor },
  Log: { kernel: 'Log', device: tf.log, host: Math.log },
  Neg: { kernel: 'Neg', device: tf.neg, host: (x) => -x },
  Not: { kernel: 'LogicalNot', device: tf.logicalNot, host: (x) => 1 - x, kind: 'bool' },
  Reciprocal: { kernel: 'Reciprocal', device: tf.reciprocal, host: (x) => 1 / x },
  Relu: { kernel: 'Relu', device: tf.relu, host: (x) => Math.max(0, x) },
  Round: { kernel: 'Round', device: tf.round },
  Selu: { kernel: 'Selu', device: tf.selu },
  Sigmoid: { kernel: 'Sigmoid', device: tf.sigmoid, host: (x) => 1 / (1 + Math.exp(-x)) },
  Sign: { kernel: 'Sign', device: tf.sign, host: Math.sign },
  Sin: { kernel: 'Sin', device: tf.sin, host: Math.sin },
  Softplus: { kernel: 'Softplus', device: tf.softplus },
  Sqrt: { kernel: 'Sqrt', device: tf.sqrt, host: Math.sqrt },
  Tanh: { kernel: 'Tanh', device: tf.tanh, host: Math.tanh },
} satisfies Readonly<Record<string, Elementwise & { readonly kernel: string }>>

/** The operator of each of these kernels. */
export const ELEMENT_KERNELS: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(UNARY).map(([operator, { kernel }]) => [kernel, operator]))

export const ELEMENTWISE: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(Object.entries(UNARY).map(([operator, row]) => [operator, fixed(row)])),
  Cast: cast,
  Clip: withOptions(clip),
  Elu: withOptions((context) => {
    const alpha = decimalOf(context, 'alpha', 1)
    return alpha === 1 ? { device: tf.elu } : unfit(`an alpha of ${String(alpha)}; expected 1`)
  }),
  Gelu: withOptions(gelu),
  HardSigmoid: withOptions((context) => {
    const [alpha, beta] = [decimalOf(context, 'alpha', 0.2), decimalOf(context, 'beta', 0.5)]
    return { device: (x) => hardSigmoid(x, alpha, beta) }
  }),
  HardSwish: fixed({ device: (x) => tf.mul(x, hardSigmoid(x, 1 / 6, 0.5)) }),
  LeakyRelu: withOptions((context) => {
    const alpha = decimalOf(context, 'alpha', 0.01)
    return { device: (x) => tf.leakyRelu(x, alpha) }
  }),
  Mish: fixed({ device: (x) => tf.mul(x, tf.tanh(tf.softplus(x))) }),
}
