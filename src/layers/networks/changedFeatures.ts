/**
 * What a change inside a box does to the taps of a network: each layer is computed where the change reaches only, and for the reference also around it, as far as deeper
 * layers look.
 *
 * Law: in the positions that the change reaches, the features are those of whole pictures up to rounding; in all others the two pictures' features are equal.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'
import { hull, intersection, spanLength, within, type Box, type Span } from '../../core/language/box.js'
import type { ChangedFeature, ChangedFeatures, LayerCost } from '../../core/language/extractor.js'
import type { Tap } from '../../core/language/feature.js'
import { inputOf, reachedFrom, type ReceptiveField } from '../../core/language/receptiveField.js'
import type { SomeOutputs } from '../kernels/convolver.js'
import { kernels } from '../kernels/kernelsInUse.js'
import type { NetworkTable } from '../architecture/networkTable.js'
import { layerCosts, layerReceptiveField, layerShape } from './layerCosts.js'

/** The layers of one variant up to the deepest tap, and their places. */
export interface ChangedLayers {
  readonly taps: readonly Tap[]
  readonly fields: readonly ReceptiveField[]
  /** The shape of the images, then of each layer's output. */
  readonly shapes: readonly Shape[]
  readonly costs: readonly LayerCost[]
}

/** The layers that these taps need; undefined for several variants, for values before a ReLU, and for L2 pooling, whose padding depends on the size. */
export const changedLayers = (table: NetworkTable, images: Shape, taps: readonly Tap[]): ChangedLayers | undefined => {
  const pooling = taps[0]?.pooling
  if (pooling === undefined || pooling === 'l2' || taps.some((tap) => tap.pooling !== pooling || tap.activation !== 'post')) return undefined
  const layers = table.layers.slice(0, table.layers.findLastIndex(({ name }) => taps.some(({ layer }) => layer === name)) + 1)
  const fields = layers.map((layer) => layerReceptiveField(layer, pooling)).filter((field) => field !== undefined)
  if (fields.length < layers.length) return undefined
  const shapes = layers.reduce<readonly Shape[]>((all, layer) => [...all, layerShape(layer, all.at(-1) ?? images, pooling)], [images])
  const every = layers.map(({ name }): Tap => ({ layer: name, activation: 'post', pooling }))
  return { taps: every, fields, shapes, costs: layerCosts(table, images, pooling, taps) }
}

/** The spans along one side: of the picture, then of each layer's output. */
interface Along {
  /** The positions that the change reaches. */
  readonly changed: readonly Span[]
  /** The positions of the reference that are needed. */
  readonly needed: readonly Span[]
}

/** Tiles of outputs that Winograd's convolutions round together are this less the filter's side: F(4, 3) and F(2, 5). */
const WINOGRAD = 7

/** How many neighbours a layer rounds together. */
const tileOf = ({ stride, size }: ReceptiveField): number => {
  const { roundedTogether = byWinograd } = kernels()
  return roundedTogether(size, stride)
}

const byWinograd = (size: number, stride: number): number => (stride === 1 && (size === 3 || size === 5) ? WINOGRAD - size : 1)

/** The input of a layer for output positions, from where windows fall as in the whole picture. */
const inputFor = ({ stride, ...field }: ReceptiveField, output: Span, side: number): Span => {
  const [start, end] = within(inputOf({ stride, ...field }, output), side)
  return [start - (start % stride), end]
}

const spansAlong = (fields: readonly ReceptiveField[], sides: readonly number[], box: Span): Along => {
  const changed = fields.reduce<Span[]>(
    (spans, field, i) => [...spans, within(reachedFrom(field, spans[i] ?? box), sides[i + 1] ?? 0)],
    [within(box, sides[0] ?? 0)],
  )
  const needed = fields.reduceRight<Span[]>(
    (spans, field, i) => [hull(changed[i] ?? box, inputFor(field, spans[0] ?? box, sides[i] ?? 0)), ...spans],
    changed.slice(-1),
  )
  return { changed, needed }
}

/** A layer, and, where the backend can, some of its outputs. */
export interface LayerRun {
  readonly all: (x: Tensor4D) => Tensor4D
  readonly some: (x: Tensor4D, outputs: SomeOutputs) => Tensor4D | undefined
}

/** Where one layer runs: boxes of its input and of its output. */
interface Stage {
  readonly field: ReceptiveField
  /** How many neighbours the layer rounds together. */
  readonly tile: number
  readonly input: { readonly needed: Box; readonly changed: Box }
  readonly output: { readonly needed: Box; readonly changed: Box }
  /** The parts of the input on which it runs. For the prediction that is what whole tiles of outputs see, as far as the reference is known there, so that they round as in the whole picture. */
  readonly reads: { readonly reference: Box; readonly prediction: Box }
}

/** The stages up to the first layer that the change does not reach, such as one whose windows leave the picture's last row out. */
const stagesOf = ({ fields, shapes }: ChangedLayers, { rows, columns }: Box): readonly Stage[] => {
  const sides = (axis: 1 | 2): readonly number[] => shapes.map((shape) => shape[axis] ?? 0)
  const reached = (count: number): readonly Stage[] => {
    const used = fields.slice(0, count)
    const [down, across] = [spansAlong(used, sides(1), rows), spansAlong(used, sides(2), columns)]
    const at = (which: keyof Along, i: number): Box => ({ rows: down[which][i] ?? rows, columns: across[which][i] ?? columns })
    const boxes = (i: number): Stage['input'] => ({ needed: at('needed', i), changed: at('changed', i) })
    return used.map((field, i): Stage => {
      const [tile, input, output] = [tileOf(field), boxes(i), boxes(i + 1)]
      const read = (box: Box): Box => ({ rows: inputFor(field, box.rows, sides(1)[i] ?? 0), columns: inputFor(field, box.columns, sides(2)[i] ?? 0) })
      const prediction = boxIntersection(read(tilesWith(output.changed, tile)), input.needed)
      return { field, tile, input, output, reads: { reference: read(output.needed), prediction } }
    })
  }
  const all = reached(fields.length)
  const missed = all.findIndex(({ output }) => area(output.changed) === 0)
  return missed === -1 ? all : reached(missed)
}

/** All outputs of the tiles that have one of these. */
const tilesWith = ({ rows, columns }: Box, tile: number): Box => {
  const along = ([start, end]: Span): Span => [start - (start % tile), tile * Math.ceil(end / tile)]
  return { rows: along(rows), columns: along(columns) }
}

const boxIntersection = (a: Box, b: Box): Box => ({ rows: intersection(a.rows, b.rows), columns: intersection(a.columns, b.columns) })

const area = ({ rows, columns }: Box): number => spanLength(rows) * spanLength(columns)

/** How to compute the taps where a change inside the box reaches; `runs` has each layer, in order. */
export const changedFeatures = (layers: ChangedLayers, changed: Box, taps: readonly Tap[], runs: readonly LayerRun[]): ChangedFeatures => {
  const stages = stagesOf(layers, changed)
  const inside = { rows: within(changed.rows, layers.shapes[0]?.[1] ?? 0), columns: within(changed.columns, layers.shapes[0]?.[2] ?? 0) }
  return {
    around: stages[0]?.input.needed ?? inside,
    cost: costOf(layers, stages),
    features: (reference, prediction) => {
      const seen: ChangedFeature[] = []
      let [before, after] = [reference, prediction]
      for (const [i, stage] of stages.entries()) {
        const run = runs[i] ?? SAME
        const next = { before: runOn(stage, run, before, 'reference'), after: runOn(stage, run, pasted(stage, before, after), 'prediction') }
        ;[before, after] = [next.before, next.after]
        seen.push({ reference: cut(before, stage.output.needed, stage.output.changed), prediction: after })
      }
      return taps.map(({ layer }) => seen[layers.taps.findIndex((tap) => tap.layer === layer)])
    },
  }
}

const SAME: LayerRun = { all: (x) => x, some: () => undefined }

const costOf = ({ costs, shapes }: ChangedLayers, stages: readonly Stage[]): number => {
  const whole = costs.reduce((sum, { flops }) => sum + 2 * flops, 0)
  const parts = stages.map(({ reads }, i) => {
    const [, height = 1, width = 1] = shapes[i] ?? []
    return ((costs[i]?.flops ?? 0) * (area(reads.reference) + area(reads.prediction))) / (height * width)
  })
  return parts.reduce((sum, part) => sum + part, 0) / whole
}

/** Part of a tensor that has the positions of `whole`. */
const cut = (x: Tensor4D, whole: Box, part: Box): Tensor4D => {
  const size = [spanLength(part.rows), spanLength(part.columns)] as const
  if (x.shape[1] === size[0] && x.shape[2] === size[1]) return x
  return tf.slice(x, [0, part.rows[0] - whole.rows[0], part.columns[0] - whole.columns[0], 0], [-1, ...size, -1])
}

/** Runs a layer. Tiles fall where they do in the whole picture, so that they round as they do there. */
const runOn = (stage: Stage, run: LayerRun, x: Tensor4D, side: 'reference' | 'prediction'): Tensor4D => {
  const { input, output, reads } = stage
  const [from, wanted] = side === 'reference' ? [input.needed, output.needed] : [reads.prediction, output.changed]
  return some(stage, run, x, from, wanted) ?? all(stage, run, cut(x, from, reads[side]), reads[side], wanted)
}

/** From the start of the first one's tile. */
const fromTile = ([start, end]: Span, tile: number): Span => [start - (start % tile), end]

/** The wanted outputs from the input's positions `from`; undefined where the layer only gives all. */
const some = ({ field, tile }: Stage, run: LayerRun, x: Tensor4D, from: Box, wanted: Box): Tensor4D | undefined => {
  if (tile === 1) return undefined
  const outputs = { rows: fromTile(wanted.rows, tile), columns: fromTile(wanted.columns, tile) }
  const before = (along: 'rows' | 'columns'): number => from[along][0] - inputOf(field, outputs[along])[0]
  const y = run.some(x, { size: [spanLength(outputs.rows), spanLength(outputs.columns)], before: [before('rows'), before('columns')] })
  return y && cut(y, outputs, wanted)
}

/** All outputs, less those at the edges whose windows would need more than the input has; zeros before it make up for what is left out of the first tile. */
const all = ({ field: { stride }, tile }: Stage, run: LayerRun, x: Tensor4D, from: Box, wanted: Box): Tensor4D => {
  const whole = tile * stride
  const [above, before] = [from.rows[0] % whole, from.columns[0] % whole]
  const y = run.all(above + before === 0 ? x : tf.pad(x, [[0, 0], [above, 0], [before, 0], [0, 0]])) // prettier-ignore
  const [top, left] = [(from.rows[0] - above) / stride, (from.columns[0] - before) / stride]
  return cut(y, { rows: [top, top + y.shape[1]], columns: [left, left + y.shape[2]] }, wanted)
}

/** The prediction's input of a layer: the reference's, with the changed positions in their place. */
const pasted = ({ input, reads: { prediction: read } }: Stage, before: Tensor4D, after: Tensor4D): Tensor4D => {
  const { rows, columns } = boxIntersection(input.changed, read)
  const part = (box: Box): Tensor4D => cut(before, input.needed, box)
  const changed = cut(after, input.changed, { rows, columns })
  const middle = joined(
    [
      { size: columns[0] - read.columns[0], make: () => part({ rows, columns: [read.columns[0], columns[0]] }) },
      { size: spanLength(columns), make: () => changed },
      { size: read.columns[1] - columns[1], make: () => part({ rows, columns: [columns[1], read.columns[1]] }) },
    ],
    2,
  )
  return joined(
    [
      { size: rows[0] - read.rows[0], make: () => part({ rows: [read.rows[0], rows[0]], columns: read.columns }) },
      { size: spanLength(rows), make: () => middle },
      { size: read.rows[1] - rows[1], make: () => part({ rows: [rows[1], read.rows[1]], columns: read.columns }) },
    ],
    1,
  )
}

const joined = (parts: readonly { readonly size: number; readonly make: () => Tensor4D }[], axis: 1 | 2): Tensor4D => {
  const there = parts.filter(({ size }) => size > 0).map(({ make }) => make())
  const [only] = there
  return there.length === 1 && only !== undefined ? only : tf.concat(there, axis)
}
