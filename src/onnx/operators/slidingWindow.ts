/** Where the windows of a convolution or a pooling stand. */
import type { Window } from '../../layers/kernels/windows.js'
import { dims, unfit } from '../graph/unfit.js'
import { integerOf, integersOf, textOf, type NodeContext } from './nodeContext.js'

type Sides = readonly [height: number, width: number]

/** A window that slides along height and width. */
export interface SlidingWindow {
  readonly kernel: Sides
  readonly strides: Sides
  readonly dilations: Sides
  /** Zeros around the picture, as far as windows reach; a negative one cuts what no window reaches. */
  readonly pads: readonly [top: number, left: number, bottom: number, right: number]
  readonly outputs: Sides
  /** The same as the package's kernels say it, if it is the same along both sides. */
  readonly square: Window | undefined
}

const pair = (values: readonly number[] | undefined, otherwise: number): Sides => {
  const [height = otherwise, width = otherwise, ...more] = values ?? []
  if (more.length > 0 || height < 1 || width < 1) unfit(`a window of ${dims(values ?? [])}; expected two sides of at least 1`)
  return [height, width]
}

/** The window of a node for these sides and this kernel. */
export const slidingWindow = (context: NodeContext, sides: readonly number[], kernel: readonly number[]): SlidingWindow => {
  const [size, strides, dilations] = [pair(kernel, 1), pair(integersOf(context, 'strides'), 1), pair(integersOf(context, 'dilations'), 1)]
  const auto = textOf(context, 'auto_pad', 'NOTSET')
  const given = integersOf(context, 'pads') ?? [0, 0, 0, 0]
  const along = [0, 1].map((i) => {
    const [side = 0, reach, stride] = [sides[i], ((size[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1, strides[i] ?? 1]
    const asked: Sides = auto.startsWith('SAME') ? same(side, reach, stride, auto) : auto === 'VALID' ? [0, 0] : [given[i] ?? 0, given[i + 2] ?? 0]
    return placed(side, reach, stride, asked, integerOf(context, 'ceil_mode', 0) === 1)
  })
  const [rows, columns] = along
  if (rows === undefined || columns === undefined) return unfit('it has no sides')
  const pads = [rows.pads[0], columns.pads[0], rows.pads[1], columns.pads[1]] as const
  const isSquare = size[0] === size[1] && strides[0] === strides[1] && Math.max(...dilations) === 1 && pads[0] === pads[1] && rows.asked.every((pad) => pad === pads[0]) && columns.asked.every((pad) => pad === pads[0]) // prettier-ignore
  return {
    kernel: size,
    strides,
    dilations,
    pads,
    outputs: [rows.outputs, columns.outputs],
    square: isSquare ? { stride: strides[0], padding: pads[0] } : undefined,
  }
}

const same = (side: number, reach: number, stride: number, auto: string): Sides => {
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + reach - side)
  const [small, large] = [Math.floor(total / 2), Math.ceil(total / 2)]
  return auto === 'SAME_LOWER' ? [large, small] : [small, large]
}

/** How many windows stand along a side. Rounded up, the last may reach beyond the end, but starts before it. */
const placed = (side: number, reach: number, stride: number, asked: Sides, isCeil: boolean) => {
  const [before, after] = asked
  if (before < 0 || after < 0 || before >= 2 ** 20 || after >= 2 ** 20) unfit(`the pads ${dims(asked)}`)
  const room = (side + before + after - reach) / stride
  const rounded = (isCeil ? Math.ceil(room) : Math.floor(room)) + 1
  const outputs = isCeil && (rounded - 1) * stride >= side + before ? rounded - 1 : rounded
  if (outputs < 1) unfit(`a side of ${String(side)} is too small for its window of ${String(reach)}`)
  return { asked, outputs, pads: [before, (outputs - 1) * stride + reach - side - before] as const }
}
