/**
 * Numbers as functions of the sides of pictures, from their values at several sizes.
 *
 * Whatever convolutions, poolings, slices and pads make of a side follows it in steps: from one period to the next (the product of the strides) it grows by the same amount. So
 * `slope * floor(side / period) + table[side mod period]` is every such number, whichever way it is rounded. Other numbers are products of these, or multiples of their inverses.
 */
import { SIDES, type Side, type Size } from './size.js'

/** A whole number that follows one side. */
export interface SideForm {
  readonly side: Side
  readonly period: number
  readonly slope: number
  /** One number per remainder. */
  readonly table: readonly number[]
}

/** A whole number: a product. */
export interface IntegerForm {
  readonly factor: number
  readonly parts: readonly SideForm[]
}

/** A number: `scale * product + offset`, or `scale / product`. */
export interface NumberForm {
  readonly scale: number
  readonly product: readonly SideForm[]
  readonly isInverse: boolean
  readonly offset: number
}

/** Periods that are tried: the product of the strides of the deepest networks is 16. */
const PERIODS = Array.from({ length: 16 }, (_, i) => i + 1)

/** Rounding of float32. */
const TOLERANCE = 1e-6

/** A number that follows one side, by its values at the sizes. */
interface Known {
  readonly values: readonly number[]
  readonly form: SideForm
}

/** Finds forms of numbers. */
export interface Forms {
  /** The form of a whole number, by its value at each size. */
  readonly integer: (values: readonly number[]) => IntegerForm | undefined
  /** The form of a number. */
  readonly number: (values: readonly number[]) => NumberForm | undefined
}

const isConstant = (values: readonly number[]): boolean => values.every((value) => Object.is(value, values[0]))

/** The form of values that follow a side, or undefined. Each remainder is seen twice, and there is one more size to confirm. */
const sideForm = (side: Side, sizes: readonly Size[], values: readonly number[]): SideForm | undefined => {
  const sides = sizes.map((size) => size[side])
  const distinct = new Set(sides).size
  for (const period of PERIODS) {
    if (distinct <= 2 * period) return undefined
    const form = formOfPeriod(side, sides, values, period)
    if (form !== undefined) return form
  }
  return undefined
}

const formOfPeriod = (side: Side, sides: readonly number[], values: readonly number[], period: number): SideForm | undefined => {
  const [first = 0] = sides
  const next = sides.indexOf(sides.find((one) => one !== first && (one - first) % period === 0) ?? -1)
  const slope = ((values[next] ?? Number.NaN) - (values[0] ?? 0)) / (((sides[next] ?? 0) - first) / period)
  if (!Number.isInteger(slope)) return undefined
  const table = new Map<number, number>()
  for (const [i, one] of sides.entries()) {
    const rest = (values[i] ?? 0) - slope * Math.floor(one / period)
    const known = table.get(one % period) ?? rest
    if (known !== rest) return undefined
    table.set(one % period, known)
  }
  if (table.size < period) return undefined
  return { side, period, slope, table: Array.from({ length: period }, (_, i) => table.get(i) ?? 0) }
}

/** The forms of numbers at these sizes; products are made of sides that the traces' tensors have. */
export const formsAt = (sizes: readonly Size[], free: ReadonlySet<Side>, tensorSides: Iterable<readonly number[]>): Forms => {
  const cached = new Map<string, SideForm | undefined>()
  const single = (values: readonly number[]): SideForm | undefined => {
    const key = values.join()
    if (!cached.has(key))
      cached.set(
        key,
        [...free].map((side) => sideForm(side, sizes, values)).find((form) => form !== undefined),
      )
    return cached.get(key)
  }
  const products = productsOf(sizes, free, tensorSides, single)
  return {
    integer: remembered((values) => integerForm(values, single, products)),
    number: remembered((values) => numberForm(values, products)),
  }
}

const remembered = <A>(find: (values: readonly number[]) => A): ((values: readonly number[]) => A) => {
  const known = new Map<string, A>()
  return (values) => {
    const key = values.join()
    const found = known.has(key) ? (known.get(key) as A) : find(values)
    known.set(key, found)
    return found
  }
}

/** A product of numbers, each of another side. */
interface Product {
  readonly values: readonly number[]
  readonly parts: readonly SideForm[]
}

/** All products of numbers that follow one side each, those of few factors first. */
const productsOf = (
  sizes: readonly Size[],
  free: ReadonlySet<Side>,
  tensorSides: Iterable<readonly number[]>,
  single: (values: readonly number[]) => SideForm | undefined,
): readonly Product[] => {
  const known = new Map<string, Known>()
  for (const values of [...SIDES.filter((side) => free.has(side)).map((side) => sizes.map((size) => size[side])), ...tensorSides]) {
    const form = isConstant(values) ? undefined : single(values)
    if (form !== undefined) known.set(values.join(), { values, form })
  }
  const all = [...known.values()]
  const ofSides = SIDES.reduce<readonly Product[]>(
    (sofar, side) => [
      ...sofar,
      ...sofar.flatMap(({ values, parts }) =>
        all.filter(({ form }) => form.side === side).map((one) => ({ values: values.map((x, i) => x * (one.values[i] ?? 0)), parts: [...parts, one.form] })),
      ),
    ],
    [{ values: sizes.map(() => 1), parts: [] }],
  )
  return ofSides.slice(1).sort((a, b) => a.parts.length - b.parts.length)
}

const integerForm = (
  values: readonly number[],
  single: (values: readonly number[]) => SideForm | undefined,
  products: readonly Product[],
): IntegerForm | undefined => {
  const [first = 0] = values
  if (isConstant(values)) return { factor: first, parts: [] }
  const form = single(values)
  if (form !== undefined) return { factor: 1, parts: [form] }
  for (const { values: product, parts } of products) {
    const factor = first / (product[0] ?? 1)
    if (Number.isInteger(factor) && values.every((value, i) => value === factor * (product[i] ?? 0))) return { factor, parts }
  }
  return undefined
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE * Math.abs(b)

/** The nearest whole number, for one that float32 rounded. */
const plain = (scale: number): number => (isNear(scale, Math.round(scale)) && scale !== 0 ? Math.round(scale) : scale)

const numberForm = (values: readonly number[], products: readonly Product[]): NumberForm | undefined => {
  const [first = 0] = values
  if (isConstant(values)) return { scale: first, product: [], isInverse: false, offset: 0 }
  for (const { values: product, parts } of products) {
    const [inverse, multiple] = [first * (product[0] ?? 0), first / (product[0] ?? 1)]
    if (values.every((value, i) => isNear(value * (product[i] ?? 0), inverse))) return { scale: plain(inverse), product: parts, isInverse: true, offset: 0 }
    if (values.every((value, i) => isNear(value, multiple * (product[i] ?? 0)))) return { scale: plain(multiple), product: parts, isInverse: false, offset: 0 }
  }
  return linearForm(values, products)
}

/** A number in equal steps of one side. */
const linearForm = (values: readonly number[], products: readonly Product[]): NumberForm | undefined => {
  const [first = 0] = values
  for (const { values: product, parts } of products) {
    const other = product.findIndex((x) => x !== product[0])
    const scale = ((values[other] ?? Number.NaN) - first) / ((product[other] ?? 0) - (product[0] ?? 0))
    const offset = first - scale * (product[0] ?? 0)
    if (parts.length === 1 && values.every((value, i) => isNear(scale * (product[i] ?? 0) + offset, value)))
      return { scale: plain(scale), product: parts, isInverse: false, offset: plain(offset) }
  }
  return undefined
}
