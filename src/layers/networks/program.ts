/**
 * A program: for one variant of a network, the segments that give a set of taps in one pass, no deeper than the deepest.
 */
import type { Pooling, Tap } from '../../core/language/feature.js'
import { blurPool } from '../kernels/blurPool.js'
import { sideBySide, convolution, relu, type FrozenConvolution } from '../kernels/convolution.js'
import type { Segment } from './segment.js'
import type { FieldNumbers, Step, TiesBy } from '../kernels/step.js'
import { fieldsBefore } from './layerFields.js'
import { fireConvolutions, type FireLayer, type NetworkTable, type TableLayer } from '../architecture/networkTable.js'
import type { PoolingWindow } from '../kernels/windows.js'

/** Segments one after the other; the tap at `gives` is what comes out of the segment of that position. */
export interface Program {
  readonly segments: readonly Segment[]
  readonly gives: readonly Tap[]
}

/** What a program is made of: the convolutions by name, and the pooling step of a variant over a window. */
export interface Parts {
  readonly convolutionOf: (name: string, tiesBy: TiesBy | undefined) => FrozenConvolution
  /** `fields`: the receptive fields of the positions that it pools. */
  readonly pooling: (pooling: Pooling, window: PoolingWindow, fields: FieldNumbers | undefined) => Step
}

/** The program for taps of one variant. */
export const programFor = (table: NetworkTable, parts: Parts, pooling: Pooling, taps: readonly Tap[]): Program => {
  const layers = table.layers.slice(0, table.layers.findLastIndex(({ name }) => taps.some(({ layer }) => layer === name)) + 1)
  const poolings = layers.map((layer, i) => (layer.kind === 'pooling' ? parts.pooling(pooling, layer.window, fieldsBefore(layers.slice(0, i))) : undefined))
  const pooled = (i: number): boolean => pooling === 'max' && layers[i + 1]?.kind === 'pooling'
  const add = (done: Build, layer: TableLayer, i: number): Build =>
    addLayer(done, layer, parts, { step: poolings[i], taps, tiesBy: tiesAfter(poolings.slice(i + 1)), pooled: pooled(i) })
  const build = layers.reduce(add, { segments: [], gives: [], open: [], deferred: [] })
  return { segments: build.segments, gives: build.gives }
}

/** How the poolings after a layer find ties: the one that the fewest backends compare fields for decides for all layers before it. */
const tiesAfter = (poolings: readonly (Step | undefined)[]): TiesBy | undefined => {
  const found = poolings.map((step) => step?.tiesBy)
  return (['values', 'overlapping fields', 'fields'] as const).find((by) => found.includes(by))
}

/** How a layer is used: the step of a pooling; how max pooling after it finds ties; `pooled`: whether one follows directly. */
interface Asked {
  readonly step: Step | undefined
  readonly taps: readonly Tap[]
  readonly tiesBy: TiesBy | undefined
  readonly pooled: boolean
}

/** The steps since the last tap stay open until the next one; those deferred come after the next pooling. */
interface Build extends Program {
  readonly open: Segment
  readonly deferred: Segment
}

const addLayer = (done: Build, layer: TableLayer, parts: Parts, { step, taps, tiesBy, pooled }: Asked): Build => {
  const tapAt = (activation: Tap['activation']) => taps.find((tap) => tap.layer === layer.name && tap.activation === activation)
  const blurs = layer.kind !== 'fire' && layer.blurred === true ? [blurPool] : []
  if (layer.kind === 'pooling')
    return close({ ...append(done, ...(step === undefined ? [] : [step]), ...done.deferred, ...blurs), deferred: [] }, tapAt('post'))
  const convolutionOf = (name: string): FrozenConvolution => parts.convolutionOf(name, tiesBy)
  const [start, last] = layer.kind === 'fire' ? fire(done, layer, convolutionOf) : [done, () => convolutionOf(layer.name)]
  const before = tapAt('pre')
  // The ReLU of the maximum is the maximum of the ReLUs, at a fraction of the size: forward and in the gradient.
  if (pooled && tapAt('post') === undefined) return { ...close(append(start, convolution(last, false), ...blurs), before), deferred: [relu] }
  const inOne = before === undefined && blurs.length === 0
  const whole = inOne ? append(start, convolution(last, true)) : append(close(append(start, convolution(last, false), ...blurs), before), relu)
  return close(whole, tapAt('post'))
}

/** What runs before a fire module's last convolutions, and these two as one. */
const fire = (done: Build, layer: FireLayer, convolutionOf: (name: string) => FrozenConvolution): readonly [start: Build, last: () => FrozenConvolution] => {
  const [squeeze, expand1x1, expand3x3] = fireConvolutions(layer)
  const last = (): FrozenConvolution => sideBySide(convolutionOf(expand1x1.name), convolutionOf(expand3x3.name), expand1x1.channels.out)
  return [
    append(
      done,
      convolution(() => convolutionOf(squeeze.name), true),
    ),
    last,
  ]
}

const append = (done: Build, ...steps: readonly Step[]): Build => ({ ...done, open: [...done.open, ...steps] })

const close = (done: Build, tap: Tap | undefined): Build =>
  tap === undefined ? done : { ...done, segments: [...done.segments, done.open], gives: [...done.gives, tap], open: [] }
