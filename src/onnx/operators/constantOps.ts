/** Operators that make constants: what a shape is, is known when a program is planned. */
import { expanded, reshaped, size, stridesOf } from '../graph/hostArrays.js'
import { dims, unfit } from '../graph/unfit.js'
import { integers, numbersFor, scalar, type Constant, type Value } from '../graph/values.js'
import { constantAt, inputAt, integerOf, tensorOf, type NodeContext, type Operator } from './nodeContext.js'

const constants = new WeakMap<NodeContext['node'], Constant>()

const constant: Operator = (context) => {
  const known = constants.get(context.node)
  if (known !== undefined) return known
  const made = context.builder.store.own(stated(context))
  constants.set(context.node, made)
  return made
}

const stated = (context: NodeContext): Constant => {
  const { attributes } = context.node
  const tensor = tensorOf(context, 'value')
  if (tensor !== undefined) return tensor
  const [float, integer] = [attributes.get('value_float')?.float, attributes.get('value_int')?.integer]
  if (float !== undefined) return scalar(float)
  if (integer !== undefined) return scalar(integer, 'int')
  const [floats, list] = [attributes.get('value_floats')?.floats, attributes.get('value_ints')?.integers]
  if (floats !== undefined) return { kind: 'float', shape: [floats.length], data: Float32Array.from(floats) }
  return list === undefined ? unfit('a constant that is not of numbers') : integers(list)
}

const constantOfShape: Operator = (context) => {
  const shape = Array.from(constantAt(context, 0).data)
  const value = tensorOf(context, 'value') ?? scalar(0)
  if (shape.some((side) => side < 0)) return unfit(`the shape ${dims(shape)}`)
  return expanded(reshaped(value, []), shape)
}

const shape: Operator = (context) => {
  const { shape: whole } = inputAt(context, 0)
  const clamp = (at: number): number => Math.min(whole.length, Math.max(0, at < 0 ? at + whole.length : at))
  return integers(whole.slice(clamp(integerOf(context, 'start', 0)), clamp(integerOf(context, 'end', whole.length))))
}

const range: Operator = (context) => {
  const [start = 0, limit = 0, delta = 1] = [0, 1, 2].map((at) => constantAt(context, at).data[0])
  const count = Math.max(0, Math.ceil((limit - start) / delta))
  if (!(count <= 2 ** 24)) return unfit(`a range of ${String(count)} numbers`)
  const { kind } = constantAt(context, 0)
  const data = numbersFor(kind, count)
  for (let i = 0; i < count; i++) data[i] = start + i * delta
  return { kind, shape: [count], data }
}

/** Writes parts of a constant. */
const scatter: Operator = (context) => {
  const [data, indices, updates] = [constantAt(context, 0), constantAt(context, 1), constantAt(context, 2)]
  const depth = indices.shape.at(-1) ?? 0
  if (depth > data.shape.length) return unfit(`indices of the shape ${dims(indices.shape)} into ${dims(data.shape)}`)
  const each = size(data.shape.slice(depth))
  const count = depth === 0 ? 0 : size(indices.shape) / depth
  if (size(updates.shape) !== count * each) return unfit(`updates of the shape ${dims(updates.shape)} at ${dims(indices.shape)}`)
  const strides = stridesOf(data.shape)
  const result = data.data.slice()
  for (let row = 0; row < count; row++) {
    let place = 0
    for (let axis = 0; axis < depth; axis++) {
      const [index, side] = [indices.data[row * depth + axis] ?? 0, data.shape[axis] ?? 0]
      if (index < -side || index >= side) return unfit(`index ${String(index)} of ${String(side)}`)
      place += (index < 0 ? index + side : index) * (strides[axis] ?? 0)
    }
    result.set(updates.data.subarray(row * each, (row + 1) * each), place)
  }
  return { ...data, data: result }
}

export const CONSTANTS: Readonly<Record<string, Operator>> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  ScatterND: scatter,
  Shape: shape,
  Size: (context): Value => scalar(size(inputAt(context, 0).shape), 'int'),
}
