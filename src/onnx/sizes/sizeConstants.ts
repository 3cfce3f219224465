/**
 * Constants that differ with the size, as nodes that compute them from the sides.
 *
 * Shapes and positions follow from the sides number by number. Constants of pictures are one number everywhere, the same along each axis that grows, or count on.
 */
import { size } from '../graph/hostArrays.js'
import type { GraphOps } from '../trace/graphOps.js'
import { elementsOf, uniformValue, type ConstantData, type Traced } from '../trace/traced.js'
import { differs } from './differs.js'
import type { Forms, IntegerForm } from './forms.js'
import type { SizeNodes } from './sizeNodes.js'

/** What constants are made with. */
export interface ConstantContext {
  readonly ops: GraphOps
  readonly forms: Forms
  readonly nodes: SizeNodes
  /** The batch of each size. */
  readonly batches: readonly number[]
}

/** One value for a constant of each size, of the node named. Throws `Differs`. */
export const constantFor = (context: ConstantContext, given: readonly Traced[], node: string): Traced => {
  const [first] = given
  if (first === undefined) return differs('there is no graph')
  if (given.every(({ id }) => id === first.id) || areEqual(given)) return first
  if (first.type === 'int64') return parameter(context, given, node)
  const uniform = given.map(uniformValue)
  if (uniform.every((value) => value !== undefined)) {
    const value = number(context, uniform, first.type, node)
    return first.shape.length === 0 ? value : context.ops.node('Expand', [value, shapeFor(context, given, node)], first)
  }
  return counted(context, given, node) ?? spread(context, given, node)
}

const dataOf = (value: Traced): ConstantData => (value.from._tag === 'Constant' ? value.from.data : differs('a constant is computed'))

const areEqual = (given: readonly Traced[]): boolean => {
  const [first, ...rest] = given
  if (first === undefined) return true
  const data = dataOf(first)
  return rest.every((other) => {
    const others = dataOf(other)
    const isAlike = other.type === first.type && other.shape.join() === first.shape.join() && others.length === data.length
    return isAlike && (others === data || data.every((x, i) => Object.is(x, others[i])))
  })
}

const formOf = ({ forms }: ConstantContext, values: readonly number[], node: string): IntegerForm =>
  forms.integer(values) ?? differs(`${node} with a number that does not follow from the sides: ${values.slice(0, 3).join(', ')}, ...`)

const lists = (context: ConstantContext, all: readonly ArrayLike<number>[], node: string): readonly IntegerForm[] => {
  const length = all[0]?.length ?? 0
  if (all.some((one) => one.length !== length)) return differs(`${node} with a list of positions that grows`)
  return Array.from({ length }, (_, i) =>
    formOf(
      context,
      all.map((one) => one[i] ?? 0),
      node,
    ),
  )
}

const shapeFor = (context: ConstantContext, given: readonly Traced[], node: string): Traced =>
  context.nodes.integers(
    lists(
      context,
      given.map(({ shape }) => shape),
      node,
    ),
  )

/** Sides, positions or repeats. A reshape finds one unknown side itself. */
const parameter = (context: ConstantContext, given: readonly Traced[], node: string): Traced => {
  const forms = lists(
    context,
    given.map((one) => elementsOf(one) ?? []),
    node,
  )
  const isFree = ({ parts }: IntegerForm): boolean => parts.length > 0
  if (node === 'Reshape' && forms.filter(isFree).length === 1) return context.ops.integers(forms.map((form) => (isFree(form) ? -1 : form.factor)))
  return context.nodes.integers(forms)
}

const number = (context: ConstantContext, values: readonly number[], type: Traced['type'], node: string): Traced => {
  const { ops, forms, nodes } = context
  if (type !== 'float32') return ops.cast(scalarOf(ops, nodes.integers([formOf(context, values, node)])), type)
  return nodes.number(forms.number(values) ?? differs(`${node} with a number that does not follow from the sides: ${values.slice(0, 3).join(', ')}, ...`), type)
}

const scalarOf = (ops: GraphOps, one: Traced): Traced => ops.node('Reshape', [one, ops.graph.constant([], [0], 'int64')], { type: 'int64', shape: [] })

/** A constant's numbers, with the samples of a batch that it repeats apart. */
interface View {
  readonly shape: readonly number[]
  readonly data: ConstantData
}

/** Rows that are repeated for each sample get an axis of their own. */
const viewsOf = ({ batches }: ConstantContext, given: readonly Traced[]): readonly View[] => {
  const units = given.map(({ shape: [rows = 1] }, i) => rows / (batches[i] ?? 1))
  const [unit = 1] = units
  const isRepeated = Number.isInteger(unit) && unit > 1 && new Set(batches).size > 1 && units.every((one) => one === unit)
  return given.map((one, i) => ({
    shape: isRepeated ? [batches[i] ?? 1, unit, ...one.shape.slice(1)] : one.shape,
    data: dataOf(one),
  }))
}

/** A constant that is the same along each axis that grows, but for a factor: one of it, repeated. */
const spread = (context: ConstantContext, given: readonly Traced[], node: string): Traced => {
  const { ops } = context
  const views = viewsOf(context, given)
  const [first, whole] = [views[0] ?? differs('there is no graph'), given[0] ?? differs('there is no graph')]
  const grows = first.shape.map((side, axis) => views.some(({ shape }) => shape[axis] !== side))
  const patterns = views.map((view) => patternOf(view, grows) ?? differs(`${node} with other numbers at another size`))
  const [pattern = []] = patterns
  const at = pattern.findIndex((x) => x !== 0)
  // Of whole numbers, so that the factors are whole as well.
  const unit = whole.type === 'float32' ? pattern : dividedByCommon(pattern)
  const factors = patterns.map((one) => (one[at] ?? 0) / (unit[at] ?? 1))
  const isAlike = whole.type === 'float32' ? isNear : Object.is
  const isScaled = patterns.every((one, i) => one.length === unit.length && one.every((x, j) => isAlike(x, (unit[j] ?? 0) * (factors[i] ?? 0))))
  if (!isScaled) return differs(`${node} with other numbers at another size`)
  const one = ops.graph.constant(Float32Array.from(unit), first.shape.map((side, axis) => (grows[axis] === true ? 1 : side)), whole.type) // prettier-ignore
  const scaled = factors.every((factor) => factor === 1) ? one : ops.binary('Mul', one, number(context, factors, whole.type, node))
  const shape = context.nodes.integers(lists(context, views.map((view) => view.shape), node)) // prettier-ignore
  const all = ops.node('Expand', [scaled, shape], whole)
  return first.shape.length === whole.shape.length ? all : ops.node('Reshape', [all, shapeFor(context, given, 'Reshape')], whole)
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? Math.abs(a) : commonDivisor(b, a % b))

const dividedByCommon = (numbers: readonly number[]): readonly number[] => {
  const common = numbers.reduce(commonDivisor, 0)
  return common === 0 ? numbers : numbers.map((x) => x / common)
}

/** Rounding of float32. */
const TOLERANCE = 1e-6

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE * Math.abs(b)

/** The numbers at the start of each axis that grows, if those further on are the same. */
const patternOf = ({ shape, data }: View, grows: readonly boolean[]): readonly number[] | undefined => {
  const kept = shape.map((side, axis) => (grows[axis] === true ? 1 : side))
  const pattern = new Array<number>(size(kept))
  const at = shape.map(() => 0)
  for (const x of data) {
    const place = at.reduce((sofar, i, axis) => sofar * (kept[axis] ?? 1) + (grows[axis] === true ? 0 : i), 0)
    const known = (pattern[place] ??= x)
    if (!Object.is(known, x)) return undefined
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (at[axis] ?? 0) + 1
      at[axis] = next < (shape[axis] ?? 0) ? next : 0
      if (next < (shape[axis] ?? 0)) break
    }
  }
  return pattern
}

/** Whole numbers in equal steps from 0: more of them for more samples. */
const counted = (context: ConstantContext, given: readonly Traced[], node: string): Traced | undefined => {
  const [first] = given
  if (first?.type !== 'int32') return undefined
  const step = dataOf(first)[1] ?? 0
  if (!given.every((constant) => constant.from._tag === 'Constant' && !constant.from.isUniform && dataOf(constant).every((x, i) => x === i * step)))
    return undefined
  const { ops } = context
  const end = number(context, given.map((constant) => dataOf(constant).length * step), 'int32', node) // prettier-ignore
  const all = ops.node('Range', [ops.scalar(0, 'int32'), end, ops.scalar(step, 'int32')], { type: 'int32', shape: [0] })
  return ops.node('Reshape', [all, shapeFor(context, given, 'Reshape')], first)
}
