/** Einsum of two operands, as a product of matrices. */
import { size } from '../graph/hostArrays.js'
import { unfit } from '../graph/unfit.js'
import { isConstant, type Value } from '../graph/values.js'
import { permuted } from '../graph/hostArrays.js'
import { inputAt, textOf, type NodeContext, type Operator } from './nodeContext.js'
import { multiply } from './multiplying.js'
import { withShape } from './reshaping.js'

/** A value with its axes in another order, in the graph. */
const turned = (value: Value, order: readonly number[]): Value =>
  isConstant(value)
    ? permuted(value, order)
    : { ...value, shape: order.map((axis) => value.shape[axis] ?? 0), order: value.order.map((axis) => order.indexOf(axis)), channels: undefined }

export const einsum: Operator = (context) => {
  const equation = textOf(context, 'equation', '').replaceAll(' ', '')
  const [, left, right, result] = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]*)$/.exec(equation) ?? []
  if (left === undefined || right === undefined || result === undefined)
    return unfit(`the equation '${equation.slice(0, 40)}'; expected one of two operands, such as bij,bjk->bik`)
  const letters = (text: string): readonly string[] => Array.from(text)
  if ([left, right, result].some((text) => new Set(text).size < text.length)) return unfit(`the repeated letters in '${equation.slice(0, 40)}'`)
  const [a, b] = [inputAt(context, 0), inputAt(context, 1)]
  const batch = letters(left).filter((one) => right.includes(one) && result.includes(one))
  const inner = letters(left).filter((one) => right.includes(one) && !result.includes(one))
  const [rows, columns] = [letters(left).filter((one) => !right.includes(one)), letters(right).filter((one) => !left.includes(one))]
  const made = [...batch, ...rows, ...columns]
  if (made.length !== result.length || a.shape.length !== left.length || b.shape.length !== right.length)
    return unfit(`the sum over a single operand in '${equation.slice(0, 40)}'`)
  const sideOf = (one: string): number => (left.includes(one) ? a.shape[left.indexOf(one)] : b.shape[right.indexOf(one)]) ?? 0
  const product = productOf(context, [a, b], [left, right], { batch, inner, rows, columns }, sideOf)
  return turned(withShape(context, product, made.map(sideOf)), letters(result).map((one) => made.indexOf(one))) // prettier-ignore
}

/** The letters of both operands, of the sum, and of one operand each. */
type Roles = Readonly<Record<'batch' | 'inner' | 'rows' | 'columns', readonly string[]>>

const productOf = (
  context: NodeContext,
  [a, b]: readonly [Value, Value],
  [left, right]: readonly [string, string],
  { batch, inner, rows, columns }: Roles,
  sideOf: (one: string) => number,
): Value => {
  const all = (some: readonly string[]): number => size(some.map(sideOf))
  const matrix = (value: Value, text: string, parts: readonly (readonly string[])[]): Value =>
    withShape(context, turned(value, parts.flat().map((one) => text.indexOf(one))), parts.map(all)) // prettier-ignore
  return multiply(context, matrix(a, left, [batch, rows, inner]), matrix(b, right, [batch, inner, columns]))
}
