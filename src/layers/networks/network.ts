/**
 * Makes an extractor from a table of layers and a set of weights.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { sameTap } from '../../core/language/equality.js'
import type { Box } from '../../core/language/box.js'
import { costOf, type ChangedFeatures, type Extractor } from '../../core/language/extractor.js'
import type { Pooling, Tap } from '../../core/language/feature.js'
import { preprocess } from '../architecture/preprocessing.js'
import { isHalving, poolingOver } from '../kernels/pooling.js'
import { changedFeatures, changedLayers, type LayerRun } from './changedFeatures.js'
import { layerCosts, tapShape, tapReceptiveField } from './layerCosts.js'
import { programFor, type Parts, type Program } from './program.js'
import { runSegment } from './segment.js'
import type { NetworkTable, TableLayer } from '../architecture/networkTable.js'
import { convolutionStore } from './convolutionStore.js'
import type { Weights } from '../weights/matchWeights.js'
import { LossException } from '../../core/errors/lossException.js'

const POOLINGS: readonly Pooling[] = ['max', 'average', 'l2']

/** The extractor of a network; `L` names its layers, aliases included. `pooling` makes the step of a variant over a window. */
export const network = <L extends string>(table: NetworkTable, weights: Weights, pooling: Parts['pooling'] = poolingOver): Extractor<L> => {
  const store = convolutionStore(table, weights)
  const programs = new Map<string, readonly Program[]>()
  const parts: Parts = { convolutionOf: store.convolutionOf, pooling }
  const { preprocessing } = weights
  let disposed = false

  /** The programs for these taps, one per variant; a loss uses the same taps at every step. */
  const programsFor = (taps: readonly Tap[]): readonly Program[] => {
    const key = taps.map(({ layer, activation, pooling }) => `${layer}:${activation}:${pooling}`).join()
    const known = programs.get(key)
    if (known !== undefined) return known
    const made = POOLINGS.map((variant) => programFor(table, parts, variant, ofVariant(taps, variant)))
    programs.set(key, made)
    return made
  }
  /** Every layer on its own. */
  const layerRuns = (every: readonly Tap[]): readonly LayerRun[] => {
    alive()
    return programsFor(every)
      .flatMap(({ segments }) => segments)
      .map((segment) => ({
        all: (x) => runSegment(segment, x),
        some: (x, outputs) => (segment.length === 1 ? segment[0]?.forwardSome?.(x, outputs) : undefined),
      }))
  }
  const alive = (): void => {
    if (disposed) throw new LossException({ _tag: 'Disposed', what: `The extractor ${table.name}` })
  }
  return Object.freeze({
    name: table.name,
    live: false,
    layers: table.layers.map(({ name }) => name as L),
    resolve: (tap: Tap) => resolve(table, tap),
    shapeOf: (images: readonly number[], tap: Tap) => tapShape(table, images, tap),
    receptiveField: (tap: Tap) => tapReceptiveField(table, tap),
    changedFeatures: (images: readonly number[], changed: Box, taps: readonly Tap[]): ChangedFeatures | undefined => {
      const layers = changedLayers(table, images, taps)
      if (layers === undefined) return undefined
      const found = changedFeatures(layers, changed, taps, layerRuns(layers.taps))
      const prepared = (x: Tensor4D, input: 'unit' | 'network'): Tensor4D => (input === 'unit' ? preprocess(preprocessing, x) : x)
      return { ...found, features: (before, after, input) => found.features(prepared(before, input), prepared(after, input), input) }
    },
    cost: (images: readonly number[], taps: readonly Tap[]) =>
      costOf(POOLINGS.flatMap((variant) => layerCosts(table, images, variant, ofVariant(taps, variant)))),
    ready: (taps: readonly Tap[]) => {
      alive()
      programsFor(taps).forEach(({ segments }) => segments.forEach((segment) => segment.forEach((step) => step.ready())))
    },
    features: (images: Tensor4D, taps: readonly Tap[], input: 'unit' | 'network') => {
      alive()
      const start = input === 'unit' ? preprocess(preprocessing, images) : images
      const outputs = programsFor(taps).flatMap((program) => run(program, start))
      return taps.map((tap) => outputs.find((output) => sameTap(output.tap, tap))?.value ?? start)
    },
    isDisposed: () => disposed,
    dispose: () => {
      disposed = true
      store.dispose()
    },
  })
}

const ofVariant = (taps: readonly Tap[], variant: Pooling): readonly Tap[] => taps.filter(({ pooling }) => pooling === variant)

const run = ({ segments, gives }: Program, images: Tensor4D): readonly { readonly tap: Tap; readonly value: Tensor4D }[] => {
  let x = images
  return gives.map((tap, i) => {
    x = runSegment(segments[i] ?? [], x, images)
    return { tap, value: x }
  })
}

/** The tap that a layer name means in a network. */
export const resolve = (table: NetworkTable, tap: Tap): Tap | { readonly reason: string } | undefined => {
  const alias = table.aliases[tap.layer]
  const named: Tap = alias === undefined ? tap : { ...tap, layer: alias.layer, activation: alias.activation ?? tap.activation }
  const layer = table.layers.find(({ name }) => name === named.layer)
  if (layer === undefined) return undefined
  if (named.pooling === 'l2' && !table.layers.every(takesL2)) return { reason: L2_REFUSED }
  if (layer.kind === 'pooling' && named.activation === 'pre') return { reason: 'a pooling layer has no ReLU' }
  return named
}

const L2_REFUSED = "L2 pooling (DISTS) replaces 2 x 2 pooling at stride 2, but this network's windows overlap; use 'average'"

const takesL2 = (layer: TableLayer): boolean => layer.kind !== 'pooling' || isHalving(layer.window)
