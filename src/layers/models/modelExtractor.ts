/**
 * Shared by extractors of users' models: layer names, preprocessing and lifetime.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { costOf, type Extractor, type Input, type LayerCost, type Unfit } from '../../core/language/extractor.js'
import type { Tap } from '../../core/language/feature.js'
import type { Refusal } from './layerPlace.js'
import type { Shape } from '../../core/errors/shape.js'
import { LossException } from '../../core/errors/lossException.js'

/** How one kind of model runs; taps are of known layers. */
export interface ModelRunner {
  /** Why a tap is not supported, or undefined. */
  readonly refuse: (tap: Tap) => Refusal | undefined
  readonly shapeOf: (images: Shape, tap: Tap) => Shape | Unfit
  readonly costs: (images: Shape, taps: readonly Tap[]) => readonly LayerCost[]
  readonly ready: (taps: readonly Tap[]) => void
  /** The taps' tensors in one pass. */
  readonly run: (images: Tensor4D, taps: readonly Tap[]) => readonly Tensor[]
  /** Whether its owner has disposed of the model. */
  readonly isGone: () => boolean
}

/** The parts of an extractor of a model. */
export interface ModelSource<L extends string> {
  readonly name: string
  readonly layers: readonly L[]
  readonly live: boolean
  readonly prepare: (images: Tensor4D) => Tensor4D
  readonly runner: ModelRunner
  readonly free: () => void
}

/** The extractor. */
export const modelExtractor = <L extends string>({ name, layers, live, prepare, runner, free }: ModelSource<L>): Extractor<L> => {
  let disposed = false
  const isDisposed = (): boolean => disposed || runner.isGone()
  const alive = (): void => {
    if (isDisposed()) throw new LossException({ _tag: 'Disposed', what: `The extractor ${name}` })
  }
  return Object.freeze({
    name,
    live,
    layers,
    resolve: (tap: Tap) => {
      if (!layers.includes(tap.layer as L)) return undefined
      if (tap.pooling !== 'max') return { reason: 'its pooling is part of the model; build the model with the pooling you want' }
      return runner.refuse(tap) ?? tap
    },
    shapeOf: runner.shapeOf,
    features: (images: Tensor4D, taps: readonly Tap[], input: Input) => {
      alive()
      return runner.run(input === 'unit' ? prepare(images) : images, taps)
    },
    ready: (taps: readonly Tap[]) => {
      alive()
      runner.ready(taps)
    },
    cost: (images: Shape, taps: readonly Tap[]) => costOf(runner.costs(images, taps)),
    isDisposed,
    dispose: () => {
      if (!disposed) free()
      disposed = true
    },
  })
}
