/** Numbers of the sides of pictures, as nodes that compute them from the shape of the prediction. */
import type { GraphOps } from '../trace/graphOps.js'
import type { ElementType, Traced } from '../trace/traced.js'
import type { IntegerForm, NumberForm, SideForm } from './forms.js'
import { SIDES, type Side } from './size.js'

/** Writes numbers that follow from the sides. */
export interface SizeNodes {
  /** int64 [n]. */
  readonly integers: (forms: readonly IntegerForm[]) => Traced
  /** A scalar of a type. */
  readonly number: (form: NumberForm, type: ElementType) => Traced
}

const ONE = { type: 'int64', shape: [1] } as const

/** Writes the numbers for the sides of this input. */
export const sizeNodes = (ops: GraphOps, picture: Traced): SizeNodes => {
  const whole = ops.node('Shape', [picture], { type: 'int64', shape: [4] })
  const sideOf = (side: Side): Traced => ops.slice(whole, [SIDES.indexOf(side)], [1])
  const arithmetic = (operator: string, x: Traced, y: number): Traced =>
    y === (operator === 'Mul' || operator === 'Div' ? 1 : 0) ? x : ops.node(operator, [x, ops.integers([y])], ONE)
  const ofSide = ({ side, period, slope, table }: SideForm): Traced => {
    const n = sideOf(side)
    if (period === 1) return arithmetic('Add', arithmetic('Mul', n, slope), table[0] ?? 0)
    const quotient = arithmetic('Div', n, period)
    const offset = ops.gather(ops.integers(table), ops.node('Sub', [n, arithmetic('Mul', quotient, period)], ONE), 0)
    return slope === 0 ? offset : ops.node('Add', [arithmetic('Mul', quotient, slope), offset], ONE)
  }
  const product = (parts: readonly SideForm[]): Traced => parts.map(ofSide).reduce((sofar, part) => ops.node('Mul', [sofar, part], ONE))
  const integer = ({ factor, parts }: IntegerForm): Traced => (parts.length === 0 ? ops.integers([factor]) : arithmetic('Mul', product(parts), factor))
  return {
    integers: (forms) => {
      if (forms.every(({ parts }) => parts.length === 0)) return ops.integers(forms.map(({ factor }) => factor))
      return joined(ops, forms.map(integer), forms.length)
    },
    number: ({ scale, product: parts, isInverse, offset }, type) => {
      if (parts.length === 0) return ops.scalar(scale, type)
      const flat = ops.node('Reshape', [product(parts), ops.graph.constant([], [0], 'int64')], { type: 'int64', shape: [] })
      const size = ops.cast(flat, type)
      if (isInverse) return ops.binary('Div', ops.scalar(scale, type), size)
      const scaled = ops.binary('Mul', size, ops.scalar(scale, type))
      return offset === 0 ? scaled : ops.binary('Add', scaled, ops.scalar(offset, type))
    },
  }
}

const joined = (ops: GraphOps, parts: readonly Traced[], length: number): Traced => {
  const [first] = parts
  return first !== undefined && parts.length === 1 ? first : ops.node('Concat', parts, { type: 'int64', shape: [length] }, { axis: 0 })
}
