/** Single operators, on ONNX's own examples of them (test/goldens/make_onnx.py): computed from a tensor, and folded where all inputs are constants. */
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { readModel } from '../../src/onnx/file/onnxMessages.js'
import { builder, runProgram } from '../../src/onnx/graph/onnxProgram.js'
import { isConstant, numbersFor, plainOrder, type Constant, type Kind, type Value } from '../../src/onnx/graph/values.js'
import { upload, weightStore } from '../../src/onnx/graph/weightStore.js'
import { OPERATORS } from '../../src/onnx/operators/index.js'
import { take } from '../support/tensors.js'

interface Numbers {
  readonly shape: readonly number[]
  readonly kind: Kind
  readonly values: readonly number[]
}

const examples = JSON.parse(readFileSync(new URL('../goldens/onnx/operators.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, { readonly model: string; readonly inputs: readonly Numbers[]; readonly outputs: readonly Numbers[] }>
>

const constantOf = ({ shape, kind, values }: Numbers): Constant => {
  const data = numbersFor(kind, values.length)
  data.set(values)
  return { shape, kind, data }
}

/** The outputs of a model of one node; its first input is a tensor, or a constant as the others are. */
const outputsOf = (bytes: Uint8Array, inputs: readonly Constant[], isFolded: boolean): readonly Numbers[] => {
  const { nodes, opset } = readModel(bytes)
  const [node] = nodes
  const operator = OPERATORS.get(node?.operator ?? '')
  if (node === undefined || operator === undefined) throw new Error('no such operator')
  const store = weightStore('one')
  const program = builder(store, new WeakMap())
  const present = node.inputs.map((name, i) => inputs[node.inputs.slice(0, i).filter((before) => before !== '').length + (name === '' ? inputs.length : 0)])
  const [first] = present
  const picture: Value | undefined =
    first === undefined || isFolded ? first : { kind: first.kind, shape: first.shape, order: plainOrder(first.shape.length), channels: undefined, slot: 0 }
  const results = [operator({ node, opset, inputs: [picture, ...present.slice(1)], builder: program })].flat()
  const numbers = results.map((value: Value): Numbers => {
    if (isConstant(value)) return { shape: value.shape, kind: value.kind, values: [...value.data] }
    const { slot } = program.arranged(value, plainOrder(value.shape.length))
    const [tensor] = tf.tidy(() => [...runProgram({ steps: program.steps, ends: [slot] }, store, first === undefined ? tf.scalar(0) : upload(first))])
    return { shape: tensor?.shape ?? [], kind: value.kind, values: [...take(tensor ?? tf.scalar(0))] }
  })
  store.dispose()
  return numbers
}

/** Of a choice the first input is the condition, which no network computes from a picture. */
const FOLDED_ONLY = ['scatternd', 'where_example']

describe.each(Object.entries(examples))('%s', (name, { model, inputs, outputs }) => {
  it.each(FOLDED_ONLY.includes(name) ? [true] : [true, false])('folded: %s', (isFolded) => {
    const ours = outputsOf(Uint8Array.from(Buffer.from(model, 'base64')), inputs.map(constantOf), isFolded)
    // A layer normalization's mean and deviation, which no exported network uses, are not computed.
    outputs.slice(0, ours.length).forEach(({ shape, values }, i) => {
      expect(ours[i]?.shape).toEqual(shape)
      ours[i]?.values.forEach((value, at) => {
        expect(Math.abs(value - (values[at] ?? Number.NaN)), String(at)).toBeLessThan(1e-5 * (1 + Math.abs(values[at] ?? 0)))
      })
    })
  })
})
