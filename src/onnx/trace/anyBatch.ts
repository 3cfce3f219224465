/**
 * One graph for any batch, from the graphs of three batches: their nodes are the same, and what differs in their constants follows from the batch.
 *
 * Sides and positions are linear in it (a * batch + b), divisors of means are inverse to it, and whole constants are repeated for each sample or count on. The third batch confirms what the
 * first two say; where it does not, there is no such graph.
 */
import type { Port } from '../file/writeModel.js'
import { neededFor } from '../file/writeModel.js'
import { size } from '../graph/hostArrays.js'
import { graphOps, type GraphOps } from './graphOps.js'
import { elementsOf, newGraph, uniformValue, type ConstantData, type Traced, type TracedNode } from './traced.js'

/** The batches to trace: primes that are the sides of nothing else. */
export const BATCHES = [11, 13, 17] as const

/** The same thing in each of the three graphs. */
type Three<A> = readonly [A, A, A]

/** The inputs and outputs of a loss. */
export interface TracedLoss {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

/** The side of the batch in the file. */
const BATCH = 'batch'

/** The loss for any batch, from the loss at `BATCHES`; undefined where it depends on the batch in another way. */
export const forAnyBatch = (losses: Three<TracedLoss>): TracedLoss | undefined => {
  try {
    return merged(losses)
  } catch (error) {
    if (error instanceof Differs) return undefined
    throw error
  }
}

/** The graphs differ by more than the batch. */
class Differs extends Error {}

const differs = (): never => {
  throw new Differs()
}

const three = <A, B>([a, b, c]: Three<A>, f: (x: A) => B): Three<B> => [f(a), f(b), f(c)]

const areSame = <A>([a, b, c]: Three<A>): boolean => a === b && b === c

const merged = (losses: Three<TracedLoss>): TracedLoss => {
  const ops = graphOps(newGraph())
  const inputs = portsOf(three(losses, (loss) => loss.inputs)).map(({ name, sides, values }) => ({
    name,
    sides,
    value: ops.graph.input(name, values[0].shape),
    values,
  }))
  const values = new Map(inputs.map(({ values: [first], value }) => [first.id, value]))
  const [prediction] = inputs
  if (prediction === undefined) return differs()
  const batch = ops.slice(ops.node('Shape', [prediction.value], { type: 'int64', shape: [4] }), [0], [1])
  const nodes = three(losses, ({ outputs }) => neededFor(outputs.map(({ value }) => value)).nodes)
  if (!areSame(three(nodes, ({ length }) => length))) return differs()
  const places = three(nodes, (all) => new Map(all.map((node, i) => [node.id, i])))
  const made: (readonly Traced[])[] = []
  const valueOf = (given: Three<Traced>, node?: TracedNode): Traced => {
    const [first] = given
    const tags = three(given, ({ from }) => from._tag)
    if (!areSame(tags)) return differs()
    if (first.from._tag === 'Input') return values.get(first.id) ?? differs()
    if (first.from._tag === 'Constant') return constantFor(ops, batch, given, node?.operator === 'Reshape')
    const at = given.map(({ from }, i) => (from._tag === 'Output' ? [places[i as 0 | 1 | 2].get(from.node.id), from.at].join() : ''))
    if (!areSame(at as unknown as Three<string>)) return differs()
    return made[places[0].get(first.from.node.id) ?? -1]?.[first.from.at] ?? differs()
  }
  nodes[0].forEach((node, i) => {
    const [, second = node, third = node] = nodes.map((all) => all[i])
    const all: Three<TracedNode> = [node, second, third]
    if (!areSame(three(all, ({ operator, attributes, inputs: { length } }) => JSON.stringify([operator, attributes, length])))) differs()
    const given = node.inputs.map((input, at) => valueOf([input, second.inputs[at] ?? input, third.inputs[at] ?? input], node))
    made.push(ops.graph.nodes(node.operator, given, outputTypes(node), node.attributes))
  })
  const outputs = portsOf(three(losses, (loss) => loss.outputs)).map(({ name, sides, values: of }) => ({ name, sides, value: valueOf(of) }))
  return { inputs, outputs }
}

/** Shapes do not matter any more, but the number of outputs does. */
const outputTypes = (node: TracedNode): readonly Pick<Traced, 'type' | 'shape'>[] => {
  const { type = 'float32', shape = [] } = node.inputs[0] ?? {}
  return [0, 1].map(() => ({ type, shape }))
}

/** The ports of the three, by position; sides that differ are the batch. */
const portsOf = ([a, b, c]: Three<readonly Port[]>) =>
  a.map((port, i) => {
    const [second = port, third = port] = [b[i], c[i]]
    const sides = port.sides.map((side, axis): number | string => {
      const all: Three<number | string | undefined> = [side, second.sides[axis], third.sides[axis]]
      if (areSame(all)) return side
      return all.every((one, at) => one === BATCHES[at]) ? BATCH : differs()
    })
    const values: Three<Traced> = [port.value, second.value, third.value]
    return { name: port.name, sides, values }
  })

/** A number that follows from the batch: `slope * batch + offset`. */
interface Linear {
  readonly slope: number
  readonly offset: number
}

const [FIRST, SECOND, THIRD] = BATCHES

const linear = ([a, b, c]: Three<number>, tolerance = 0): Linear | undefined => {
  const slope = (b - a) / (SECOND - FIRST)
  const offset = a - slope * FIRST
  return Math.abs(slope * THIRD + offset - c) <= tolerance * Math.abs(c) ? { slope, offset } : undefined
}

/** Rounding of float32. */
const TOLERANCE = 1e-6

const constantFor = (ops: GraphOps, batch: Traced, given: Three<Traced>, isReshape: boolean): Traced => {
  const [first] = given
  if (areSame(three(given, ({ id }) => id)) || areEqual(given)) return first
  if (first.type === 'int64') return parameter(ops, batch, three(given, (constant) => Array.from(elementsOf(constant) ?? [])), isReshape) // prettier-ignore
  const shape = (): Traced => parameter(ops, batch, three(given, (constant) => [...constant.shape]), false) // prettier-ignore
  const uniform = three(given, uniformValue)
  if (uniform.every((value) => value !== undefined)) {
    const value = number(ops, batch, uniform as Three<number>, first)
    return first.shape.length === 0 ? value : ops.node('Expand', [value, shape()], first)
  }
  return repeated(ops, batch, given) ?? counted(ops, batch, given, shape) ?? differs()
}

const dataOf = ({ from }: Traced): ConstantData => (from._tag === 'Constant' ? from.data : differs())

const areEqual = (given: Three<Traced>): boolean =>
  areSame(three(given, ({ type, shape }) => `${type}:${shape.join()}`)) &&
  areSame(three(given, (constant) => dataOf(constant).length)) &&
  dataOf(given[0]).every((x, i) => Object.is(x, dataOf(given[1])[i]) && Object.is(x, dataOf(given[2])[i]))

/** Sides, positions or repeats. */
const parameter = (ops: GraphOps, batch: Traced, [a, b, c]: Three<readonly number[]>, isReshape: boolean): Traced => {
  if (!areSame([a.length, b.length, c.length])) return differs()
  const all = a.map((x, i) => linear([x, b[i] ?? x, c[i] ?? x]) ?? differs())
  if (all.some(({ slope }) => !Number.isInteger(slope))) return differs()
  if (all.every(({ slope }) => slope === 0)) return ops.integers(a)
  if (isReshape && all.filter(({ slope }) => slope !== 0).length === 1) return ops.integers(all.map(({ slope, offset }) => (slope === 0 ? offset : -1)))
  const type = { type: 'int64', shape: [a.length] } as const
  const slopes = ops.integers(all.map(({ slope }) => slope))
  return ops.node('Add', [ops.node('Mul', [batch, slopes], type), ops.integers(all.map(({ offset }) => offset))], type)
}

/** The batch as one number of a type. */
const asNumber = (ops: GraphOps, batch: Traced, type: Traced['type']): Traced =>
  ops.cast(ops.node('Reshape', [batch, ops.graph.constant([], [0], 'int64')], { type: 'int64', shape: [] }), type)

/** A number that is linear in the batch, or inverse to it. */
const number = (ops: GraphOps, batch: Traced, [a, b, c]: Three<number>, { type }: Traced): Traced => {
  if (Object.is(a, b) && Object.is(b, c)) return ops.scalar(a, type)
  const product = a * FIRST
  const isInverse = [b * SECOND, c * THIRD].every((one) => Math.abs(one - product) <= TOLERANCE * Math.abs(product))
  const size = asNumber(ops, batch, type)
  if (isInverse) return ops.binary('Div', ops.scalar(product, type), size)
  const { slope, offset } = linear([a, b, c], TOLERANCE) ?? differs()
  return ops.binary('Add', ops.binary('Mul', size, ops.scalar(slope, type)), ops.scalar(offset, type))
}

/** A constant that is the same for each sample, or shared among the samples of a mean: the one of a sample, repeated. */
const repeated = (ops: GraphOps, batch: Traced, given: Three<Traced>): Traced | undefined => {
  const [{ shape, type }] = given
  const isPerSample = given[1].shape[0] !== shape[0]
  const unit = isPerSample ? (shape[0] ?? 0) / FIRST : (shape[0] ?? 0)
  const fits = given.every((one, i) => one.shape[0] === (isPerSample ? unit * (BATCHES[i] ?? 0) : unit) && one.shape.slice(1).join() === shape.slice(1).join())
  if (!Number.isInteger(unit) || unit === 0 || !fits) return undefined
  const sample = dataOf(given[0]).slice(0, isPerSample ? size(shape) / FIRST : size(shape))
  const hasSame = (isAlike: (x: number, first: number, at: number) => boolean): boolean =>
    given.every((constant, at) => dataOf(constant).every((x, i) => isAlike(x, sample[i % sample.length] ?? Number.NaN, at)))
  const isEqual = hasSame((x, first) => Object.is(x, first))
  const isShared =
    !isEqual && type === 'float32' && hasSame((x, first, at) => Math.abs((x * (BATCHES[at] ?? 0)) / FIRST - first) <= TOLERANCE * Math.abs(first))
  if (!isEqual && !isShared) return undefined
  const one = ops.graph.constant(isShared ? Float32Array.from(sample, (x) => x * FIRST) : sample, [unit, ...shape.slice(1)], type)
  const repeats = (): Traced =>
    shape.length === 1 ? batch : ops.node('Concat', [batch, ops.graph.constant(shape.slice(1).map(() => 1), [shape.length - 1], 'int64')], { type: 'int64', shape: [shape.length] }, { axis: 0 }) // prettier-ignore
  const all = isPerSample ? ops.node('Tile', [one, repeats()], { type, shape }) : one
  return isShared ? ops.binary('Div', all, asNumber(ops, batch, type)) : all
}

/** Whole numbers in equal steps from 0, more of them for more samples. */
const counted = (ops: GraphOps, batch: Traced, given: Three<Traced>, shape: () => Traced): Traced | undefined => {
  const [{ type }] = given
  const step = dataOf(given[0])[1] ?? 0
  const lengths = three(given, (constant) => dataOf(constant).length)
  const length = linear(lengths)
  if (type !== 'int32' || length === undefined || !given.every((constant) => dataOf(constant).every((x, i) => x === i * step))) return undefined
  const end = number(ops, batch, three(lengths, (one) => one * step), given[0]) // prettier-ignore
  const all = ops.node('Range', [ops.scalar(0, type), end, ops.scalar(step, type)], { type, shape: [0] })
  return ops.node('Reshape', [all, shape()], given[0])
}
