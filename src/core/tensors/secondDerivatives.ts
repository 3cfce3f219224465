/**
 * Second derivatives: corrects TensorFlow.js where it is wrong, and rejects what has none.
 *
 * A gradient taken while another one is being taken (`tf.grad` inside `tf.grad`) is recorded on the same tape. Three things go wrong there:
 * - An op that saves its output (exp, tanh, sigmoid, softmax) saves a copy that the tape has before the op, so the derivative through it is lost without a word.
 * - Kernels that only gradients use (Greater, AvgPoolGrad) have no gradient of their own, and TensorFlow.js throws.
 * - The gradient of a `tf.customGrad` may use tensors that the tape does not know.
 *
 * Law: a derivative of any order through `withSecondDerivatives` is correct, or throws `NoSecondDerivative`, which names the terms.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { stopGradient, tape, type RecordedOp, freeTapeAfterFailure, gradientDepth, isTapeOn } from './engine.js'
import { withMissingGradients, TWICE_DIFFERENTIABLE } from './missingGradients.js'
import { LossException } from '../errors/lossException.js'

/** Whether gradients of what runs now can have derivatives themselves: the tape is on, inside another tape. */
export const isSecondOrder = (): boolean => gradientDepth() > 1 && isTapeOn()

/** The names of terms, computed only for an error. */
export type TermNames = () => readonly string[]

/** The terms whose work runs now. */
let terms: TermNames = () => []

/** Our ops, by their outputs: their gradients are differentiable or throw. */
const outputs = new WeakSet<Tensor>()
export const ownOps = {
  mark: <T extends Tensor>(output: T): T => {
    outputs.add(output)
    return output
  },
}

/** Runs the work of these terms, so that second derivatives through it are right or throw. Value, gradient and speed of the work stay the same. */
export const withSecondDerivatives = <A>(names: TermNames, work: () => A): A => {
  if (!isSecondOrder()) return work()
  return during(names, () => corrected(work))
}

const during = <A>(names: TermNames, work: () => A): A => {
  const before = terms
  terms = names
  try {
    return work()
  } finally {
    terms = before
  }
}

/** Runs ops that are recorded, and corrects what was recorded of them. */
const corrected = <A>(work: () => A): A => {
  const from = tape().length
  const result = withMissingGradients(work)
  const nodes = inOrder(tape().splice(from))
  nodes.forEach(correct)
  tape().push(...nodes)
  return result
}

/** Copies of outputs, which were saved before the op was recorded, after it. */
const inOrder = (nodes: readonly RecordedOp[]): readonly RecordedOp[] => {
  const madeAt = new Map(nodes.flatMap((node, i) => node.outputs.map(({ id }) => [id, i] as const)))
  const place = (node: RecordedOp, i: number): number => {
    const made = Math.max(i, ...Object.values(node.inputs).map(({ id }) => madeAt.get(id) ?? i))
    return made === i ? i : made + 0.5
  }
  return nodes
    .map((node, i) => ({ node, at: place(node, i) }))
    .sort((a, b) => a.at - b.at)
    .map(({ node }) => node)
}

const correctedNodes = new WeakSet<RecordedOp>()

/** Makes a recorded op's gradient differentiable, or refuse to be differentiated. */
const correct = (node: RecordedOp): void => {
  if (correctedNodes.has(node)) return
  correctedNodes.add(node)
  const names = terms
  const { kernelName, gradient } = node
  const refuse = noSecondDerivative(`${opName(node)} has no second derivative in TensorFlow.js`)
  if (gradient === undefined) {
    node.gradient = () => failing(names, `${opName(node)} has no gradient in TensorFlow.js`)
    return
  }
  const allowed = TWICE_DIFFERENTIABLE.has(kernelName) || isCopy(node) || node.outputs.some((output) => outputs.has(output))
  node.gradient = (dys) => {
    if (!isTapeOn()) return gradient(dys)
    const inside = <A>(work: () => A): A => during(names, () => corrected(work))
    if (allowed) return mapped(inside(() => gradient(dys)), (thunk) => () => inside(thunk)) // prettier-ignore
    const made = stopGradient(() => gradient(dys))
    return mapped(made, (thunk) => () => refuse([...Object.values(node.inputs), ...dys.filter((dy) => dy !== null)], thunk))
  }
}

/** What was saved of a tensor; a `tf.customGrad` numbers its inputs. */
const isCopy = ({ inputs: { x }, outputs: [y] }: RecordedOp): boolean => x !== undefined && x.dataId === y?.dataId

const mapped = <A, B>(record: Readonly<Record<string, A>>, f: (a: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]))

const opName = ({ kernelName, inputs }: RecordedOp): string => ('0' in inputs ? `a tf.customGrad (in ${kernelName})` : kernelName)

/** A function of tensors with a value but no derivatives; taking one throws an error that names the current terms. */
export const noSecondDerivative = (reason: string): (<T extends Tensor>(inputs: readonly Tensor[], value: () => T) => T) => {
  const names = terms
  return <T extends Tensor>(inputs: readonly Tensor[], value: () => T): T =>
    tf.customGrad(() => ({ value: value(), gradFunc: () => failing(names, reason) }))(...inputs)
}

/** Whoever throws in the last backward pass frees the tape. */
const failing = (names: TermNames, reason: string): never => {
  freeTapeAfterFailure()
  throw new LossException({ _tag: 'NoSecondDerivative', terms: names(), reason })
}
