/**
 * A program: the operations that compute tensors of an ONNX graph from pictures of one shape, in order, each with the shapes known.
 *
 * A value remembers the order of its axes in memory. Convolutions and poolings run in NHWC; an axis permutation costs nothing until an operation needs another order.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'
import { permuted, reshaped, size } from './hostArrays.js'
import { transposed } from './transposed.js'
import { isConstant, plainOrder, type Computed, type Constant, type Kind, type Value } from './values.js'
import { dims, unfit } from './unfit.js'
import type { WeightStore } from './weightStore.js'

/** The tensors that an operation takes: at least one. */
export type Tensors = readonly [Tensor, ...Tensor[]]

/** One operation. */
export interface ProgramStep {
  readonly node: string
  readonly inputs: readonly (number | Constant)[]
  readonly output: number
  readonly shape: Shape
  readonly flops: number
  readonly run: (tensors: Tensors) => Tensor
}

/** What an operator adds to a program. */
export interface Emitted {
  /** In the order in memory that the operation needs. */
  readonly inputs: readonly Value[]
  /** The shape of the result in the graph. */
  readonly shape: Shape
  /** The order of its axes in memory; by default the graph's. */
  readonly order?: readonly number[]
  readonly channels?: number | undefined
  readonly kind?: Kind
  /** Floating point operations; by default one per element. */
  readonly flops?: number
  readonly run: (tensors: Tensors) => Tensor
}

/** Builds a program. */
export interface Builder {
  readonly store: WeightStore
  readonly emit: (emitted: Emitted) => Computed
  /** The value with its axes in this order in memory. A constant of fewer axes gets axes of length 1 in front. */
  readonly arranged: <V extends Value>(value: V, order: readonly number[]) => V
  /** The operations so far. */
  readonly steps: readonly ProgramStep[]
  /** Starts a node: the operations from here on are its own. */
  readonly start: (node: string) => void
}

/** The most elements of a tensor: 1 GB. */
const MAX_ELEMENTS = 2 ** 28

/** Constants in another order are the network's own where they are, and made once. */
export type Arrangements = WeakMap<Constant, Map<string, Constant>>

/** An empty program; slot 0 is the picture. */
export const builder = (store: WeightStore, arrangements: Arrangements): Builder => {
  const steps: ProgramStep[] = []
  const known = new Map<string, Computed>()
  let node = ''
  const emit = ({ inputs, shape, order = plainOrder(shape.length), channels, kind = 'float', flops = size(shape), run }: Emitted): Computed => {
    if (size(shape) > MAX_ELEMENTS) unfit(`a tensor of the shape ${dims(shape)}; expected at most ${MAX_ELEMENTS.toLocaleString('en')} elements`)
    if (!shape.every((side) => Number.isInteger(side) && side > 0)) unfit(`its output would have the shape ${dims(shape)}`)
    const output = steps.length + 1
    steps.push({ node, inputs: inputs.map((value) => (isConstant(value) ? value : value.slot)), output, shape, flops, run })
    return { kind, shape, order, channels, slot: output }
  }
  const arrangedConstant = (constant: Constant, order: readonly number[]): Constant => {
    const rank = order.length
    const whole = constant.shape.length === rank ? constant : reshaped(constant, [...Array<number>(rank - constant.shape.length).fill(1), ...constant.shape])
    if (!store.isOwn(constant)) return permuted(whole, order)
    const ofConstant = arrangements.get(constant) ?? new Map<string, Constant>()
    arrangements.set(constant, ofConstant)
    const made = ofConstant.get(order.join()) ?? store.own(permuted(whole, order))
    ofConstant.set(order.join(), made)
    return made
  }
  const arrangedTensor = (value: Computed, order: readonly number[]): Computed => {
    if (value.order.every((axis, i) => axis === order[i])) return value
    const key = `${String(value.slot)}:${value.order.join()}:${order.join()}`
    const places = order.map((axis) => value.order.indexOf(axis))
    const from = value.order.map((axis) => value.shape[axis] ?? 0)
    const made = known.get(key) ?? emit({ ...value, inputs: [value], order, flops: 0, run: ([x]) => transposed(x, from, places) })
    known.set(key, made)
    return made
  }
  return {
    store,
    steps,
    emit,
    arranged: <V extends Value>(value: V, order: readonly number[]) => (isConstant(value) ? arrangedConstant(value, order) : arrangedTensor(value, order)) as V,
    start: (name) => {
      node = name
    },
  }
}

/** A program that ends at some of its slots. */
export interface Program {
  readonly steps: readonly ProgramStep[]
  readonly ends: readonly number[]
}

/** Runs a program; each tensor is freed after its last use. */
export const runProgram = ({ steps, ends }: Program, store: WeightStore, picture: Tensor): readonly Tensor[] => {
  const last = new Map<number, number>()
  steps.forEach(({ inputs }, i) => {
    for (const input of inputs) if (typeof input === 'number') last.set(input, i)
  })
  const tensors = new Map<number, Tensor>([[0, picture]])
  const tensorAt = (slot: number): Tensor => tensors.get(slot) ?? picture
  steps.forEach(({ inputs, output, run }, i) => {
    const result = tf.tidy(() => run(inputs.map((input) => (typeof input === 'number' ? tensorAt(input) : store.tensorOf(input))) as unknown as Tensors))
    tensors.set(output, result)
    for (const input of new Set(inputs))
      if (typeof input === 'number' && input !== 0 && last.get(input) === i && !ends.includes(input)) tensorAt(input).dispose()
  })
  return ends.map((slot) => (slot === 0 ? tf.clone(picture) : tensorAt(slot)))
}
