/** How an ONNX network runs as an extractor: a program for each picture size and set of layers, planned when first needed. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { LayerCost, Unfit } from '../core/language/extractor.js'
import type { Tap } from '../core/language/feature.js'
import type { Shape } from '../core/errors/shape.js'
import { bilinear, resampled } from '../core/tensors/resample.js'
import type { ModelRunner } from '../layers/models/modelExtractor.js'
import { size } from './graph/hostArrays.js'
import { planFor, type OnnxNetwork, type Plan } from './graph/planning.js'
import { runProgram } from './graph/onnxProgram.js'

/** The size that pictures are resized to; undefined where they stay as they are. */
export type NetworkSize = readonly [height: number, width: number] | undefined

/** Programs that are kept: those of the last picture sizes. */
const MAX_PLANS = 32

/** The runner of a network. */
export const onnxRunner = (network: OnnxNetwork, resizeTo: NetworkSize): ModelRunner => {
  const plans = new Map<string, Plan | { readonly reason: string }>()
  const { batch: fixedBatch } = network.graph.picture
  /** A batch is run in parts where the network takes one size of batch. */
  const inner = ([batch = 0, height = 0, width = 0, channels = 0]: Shape): Shape => [fixedBatch ?? batch, ...(resizeTo ?? [height, width]), channels]
  const planOf = (images: Shape, layers: readonly string[]): Plan | { readonly reason: string } => {
    const key = JSON.stringify([images, layers])
    const known = plans.get(key) ?? sizeProblem(network, images) ?? planFor(network, images, layers)
    plans.delete(key)
    plans.set(key, known)
    const [oldest] = plans.keys()
    if (plans.size > MAX_PLANS && oldest !== undefined) plans.delete(oldest)
    return known
  }
  return {
    refuse: ({ activation }) => (activation === 'pre' ? { reason: 'a tensor of a graph has no activation of its own; tap the tensor before it' } : undefined),
    shapeOf: (images, { layer }) => shapeFor(images, planOf(inner(images), [layer]), fixedBatch),
    costs: (images, taps) => costsOf(planOf(inner(images), layersOf(taps))),
    ready: () => undefined,
    run: (images, taps) => {
      const layers = layersOf(taps)
      const plan = planOf(inner(images.shape), layers)
      if ('reason' in plan) throw new Error(plan.reason)
      const features = inParts(resizeTo === undefined ? images : resizedTo(images, resizeTo), fixedBatch, (part) => runProgram(plan, network.store, part))
      return taps.flatMap(({ layer }) => features[layers.indexOf(layer)] ?? [])
    },
    isGone: () => false,
  }
}

const layersOf = (taps: readonly Tap[]): readonly string[] => [...new Set(taps.map(({ layer }) => layer))]

const sizeProblem = ({ graph: { picture } }: OnnxNetwork, [, height, width]: Shape): { readonly reason: string } | undefined => {
  if ((picture.height ?? height) === height && (picture.width ?? width) === width) return undefined
  const [high, wide] = [picture.height, picture.width].map((side) => (side === undefined ? 'any' : String(side)))
  return { reason: `the network takes ${high ?? ''} x ${wide ?? ''}; pass resize: true to fromOnnx, resize the pictures, or export the network for any size` }
}

const shapeFor = ([batch = 0]: Shape, plan: Plan | { readonly reason: string }, fixedBatch: number | undefined): Shape | Unfit => {
  if ('reason' in plan) return plan
  const [first = 0, ...rest] = plan.features[0] ?? []
  if (fixedBatch === undefined) return [first, ...rest]
  if (batch % fixedBatch !== 0) return { reason: `the network takes batches of ${String(fixedBatch)}; export it for any batch size` }
  return [first * (batch / fixedBatch), ...rest]
}

/** The operations of a program by node, those that only move numbers aside. */
const costsOf = (plan: Plan | { readonly reason: string }): readonly LayerCost[] =>
  'reason' in plan ? [] : plan.steps.filter(({ flops }) => flops > 0).map(({ node, shape, flops }) => ({ layer: node, shape, flops, bytes: 4 * size(shape) }))

const resizedTo = (images: Tensor4D, [height, width]: readonly [number, number]): Tensor4D => {
  const [, rows, columns] = images.shape
  return rows === height && columns === width ? images : resampled(images, bilinear(rows, height, true), bilinear(columns, width, true))
}

/** The results for parts of a batch, joined. */
const inParts = (images: Tensor4D, batch: number | undefined, run: (part: Tensor4D) => readonly Tensor[]): readonly Tensor[] => {
  if (batch === undefined || images.shape[0] === batch) return run(images)
  const parts = tf.split(images, images.shape[0] / batch).map((part) => run(part as Tensor4D))
  return (parts[0] ?? []).map((_, i) => tf.concat(parts.flatMap((part) => part[i] ?? [])))
}
