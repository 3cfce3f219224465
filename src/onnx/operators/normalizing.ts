/** Normalizations, in inference. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { axisOf, mapped, reshaped, size } from '../graph/hostArrays.js'
import { dims, unfit } from '../graph/unfit.js'
import { scalar, type Constant, type Value } from '../graph/values.js'
import { ADD, combine, MULTIPLY } from './broadcasting.js'
import { channelsOf, constantAt, decimalOf, inputAt, integerOf, optionalConstant, orderOf, type NodeContext, type Operator } from './nodeContext.js'
import { withShape } from './reshaping.js'

/** A constant of one number per channel, beside a value of this many axes. */
const perChannel = (constant: Constant, channels: number, rank: number): Constant =>
  size(constant.shape) === channels
    ? reshaped(constant, [channels, ...Array<number>(rank - 2).fill(1)])
    : unfit(`a parameter of the shape ${dims(constant.shape)} for ${String(channels)} channels`)

const times = (context: NodeContext, x: Value, by: Constant | undefined, plus: Constant | undefined): Value => {
  const product = by === undefined ? x : combine(context, [x, by], MULTIPLY)
  return plus === undefined ? product : combine(context, [product, plus], ADD)
}

/** One product and one sum per channel. */
const batchNormalization: Operator = (context) => {
  const x = inputAt(context, 0)
  const channels = x.shape[1] ?? 0
  if (integerOf(context, 'training_mode', 0) === 1) return unfit('its training mode; export the model in evaluation mode')
  const [gain, offset, mean, variance] = [1, 2, 3, 4].map((at) => constantAt(context, at))
  if (gain === undefined || offset === undefined || mean === undefined || variance === undefined) return unfit('a parameter is missing')
  const epsilon = decimalOf(context, 'epsilon', 1e-5)
  const { by, plus } = affineOf(context, [gain, offset, mean, variance], epsilon)
  return times(context, x, perChannel(by, channels, x.shape.length), perChannel(plus, channels, x.shape.length))
}

const affines = new WeakMap<Constant, { readonly by: Constant; readonly plus: Constant }>()

/** gain / sqrt(variance + epsilon), and what is left of the offset; computed in double precision, once. */
const affineOf = ({ builder }: NodeContext, [gain, offset, mean, variance]: readonly [Constant, Constant, Constant, Constant], epsilon: number) => {
  const known = affines.get(variance)
  if (known !== undefined) return known
  const scale = (i: number): number => (gain.data[i] ?? 0) / Math.sqrt((variance.data[i] ?? 0) + epsilon)
  let [i, j] = [0, 0]
  const made = {
    by: builder.store.own(mapped(gain, 'float', () => scale(i++))),
    plus: builder.store.own(mapped(offset, 'float', (x) => x - (mean.data[j] ?? 0) * scale(j++))),
  }
  affines.set(variance, made)
  return made
}

/** (x - mean) / sqrt(variance + epsilon) along axes. */
const standardized = ({ builder }: NodeContext, x: Value, axes: readonly number[], epsilon: number): Value => {
  const order = orderOf(x)
  const places = axes.map((axis) => order.indexOf(axis))
  return builder.emit({
    inputs: [x],
    shape: x.shape,
    order,
    channels: channelsOf(x),
    flops: 6 * size(x.shape),
    run: ([t]) => {
      const centred = tf.sub(t, tf.mean(t, places, true))
      return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), places, true), epsilon)))
    },
  })
}

const layerNormalization: Operator = (context) => {
  const x = inputAt(context, 0)
  const first = axisOf(integerOf(context, 'axis', -1), x.shape.length)
  const axes = x.shape.map((_, axis) => axis).slice(first)
  const normal = standardized(context, x, axes, decimalOf(context, 'epsilon', 1e-5))
  return withChannels(times(context, normal, optionalConstant(context, 1), optionalConstant(context, 2)), axes.length === 1 ? first : undefined)
}

/** A value whose channels are known to be along this axis. */
const withChannels = (value: Value, axis: number | undefined): Value => ('slot' in value && axis !== undefined ? { ...value, channels: axis } : value)

const instanceNormalization: Operator = (context) => {
  const x = inputAt(context, 0)
  const axes = x.shape.map((_, axis) => axis).slice(2)
  const normal = standardized(context, x, axes, decimalOf(context, 'epsilon', 1e-5))
  const parameter = (at: number): Constant => perChannel(constantAt(context, at), x.shape[1] ?? 0, x.shape.length)
  return times(context, normal, parameter(1), parameter(2))
}

const groupNormalization: Operator = (context) => {
  const x = inputAt(context, 0)
  const [batch = 0, channels = 0, ...sides] = x.shape
  const groups = integerOf(context, 'num_groups', 1)
  if (groups < 1 || channels % groups !== 0) return unfit(`${String(groups)} groups of ${String(channels)} channels`)
  const apart = withShape(context, x, [batch, groups, (channels / groups) * size(sides)])
  const normal = withShape(context, standardized(context, apart, [2], decimalOf(context, 'epsilon', 1e-5)), x.shape)
  const parameter = (at: number): Constant => {
    const given = constantAt(context, at)
    // One per group before opset 21.
    const each = size(given.shape) === groups && groups !== channels ? channels / groups : 1
    const whole =
      each === 1 ? given : { ...given, shape: [channels], data: Float32Array.from({ length: channels }, (_, i) => given.data[Math.floor(i / each)] ?? 0) }
    return perChannel(whole, channels, x.shape.length)
  }
  return withChannels(times(context, normal, parameter(1), parameter(2)), 1)
}

/** Before opset 13 it was of all axes from the given one on. */
const softmax: Operator = (context) => {
  const { builder, opset } = context
  const x = inputAt(context, 0)
  const axis = axisOf(integerOf(context, 'axis', opset < 13 ? 1 : -1), x.shape.length)
  if (opset < 13 && axis !== x.shape.length - 1) return unfit(`axis ${String(axis)} in opset ${String(opset)}; export with opset 13 or later`)
  const order = [...orderOf(x).filter((one) => one !== axis), axis]
  const input = builder.arranged(x, order)
  return builder.emit({ inputs: [input], shape: x.shape, order, channels: channelsOf(x), flops: 4 * size(x.shape), run: ([t]) => tf.softmax(t) })
}

const logSoftmax: Operator = (context) => {
  const probabilities = softmax(context) as Value
  return context.builder.emit({ inputs: [probabilities], shape: probabilities.shape, order: orderOf(probabilities), run: ([t]) => tf.log(t) })
}

const lpNormalization: Operator = (context) => {
  const x = inputAt(context, 0)
  const axis = axisOf(integerOf(context, 'axis', -1), x.shape.length)
  if (integerOf(context, 'p', 2) !== 2) return unfit('a norm other than 2')
  const order = orderOf(x)
  const run = (t: Tensor): Tensor => tf.div(t, tf.sqrt(tf.add(tf.sum(tf.square(t), order.indexOf(axis), true), scalar(1e-12).data[0] ?? 0)))
  return context.builder.emit({ inputs: [x], shape: x.shape, order, channels: channelsOf(x), run: ([t]) => run(t) })
}

export const NORMALIZING: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
  GroupNormalization: groupNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LogSoftmax: logSoftmax,
  LpNormalization: lpNormalization,
  Softmax: softmax,
}
