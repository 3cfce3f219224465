/** How to read two tensors that broadcast, axis by axis. */

/** Four axes: their lengths, and the distances between neighbours in both tensors; 0 where a tensor repeats. */
export interface Broadcast {
  readonly sizes: readonly number[]
  readonly a: readonly number[]
  readonly b: readonly number[]
}

const AXES = 4

/** An axis of the result, and whether each tensor has it. */
interface Axis {
  readonly size: number
  readonly inA: boolean
  readonly inB: boolean
}

/** The axes of a broadcast, with neighbours joined that repeat in the same way; undefined if more than four remain. */
export const broadcastOf = (a: readonly number[], b: readonly number[]): Broadcast | undefined => {
  const axes = joined(axesOf(a, b))
  if (axes.length > AXES) return undefined
  const all = [...new Array<Axis>(AXES - axes.length).fill({ size: 1, inA: false, inB: false }), ...axes]
  return { sizes: all.map(({ size }) => size), a: stridesOf(all, 'inA'), b: stridesOf(all, 'inB') }
}

const axesOf = (a: readonly number[], b: readonly number[]): readonly Axis[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [sizeA, sizeB] = [sideOf(a, i, b), sideOf(b, i, a)]
    return { size: sizeA === 1 ? sizeB : sizeA, inA: sizeA !== 1, inB: sizeB !== 1 }
  }).filter(({ size }) => size !== 1)

/** The side along axis i of the result, with the shapes aligned at their ends. */
const sideOf = (shape: readonly number[], i: number, other: readonly number[]): number => shape[i - Math.max(0, other.length - shape.length)] ?? 1

const joined = (axes: readonly Axis[]): readonly Axis[] =>
  axes.reduce<readonly Axis[]>((all, axis) => {
    const last = all.at(-1)
    return last?.inA === axis.inA && last.inB === axis.inB ? [...all.slice(0, -1), { ...axis, size: last.size * axis.size }] : [...all, axis]
  }, [])

const stridesOf = (axes: readonly Axis[], has: 'inA' | 'inB'): readonly number[] =>
  axes.map((axis, i) => (axis[has] ? axes.slice(i + 1).reduce((product, inner) => product * (inner[has] ? inner.size : 1), 1) : 0))
