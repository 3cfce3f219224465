/**
 * The one recursion: the only place that switches over the tags of a loss or of a feature.
 *
 * An interpreter is a record of functions, one per tag, each receiving the results of the parts. To pass something down (a weight, a name), make the result a
 * function of it.
 */
import { checkArgument } from '../arguments/guards.js'
import type { AnyFeature, Layer, Pixels, Transformed } from './feature.js'
import type { AnyLoss, Compare, Named, Regularize, Sum, Weighted } from './loss.js'
import { aFeature, aLoss } from './lossGuards.js'

/** One function for each kind of feature. */
export interface FeatureAlgebra<A> {
  readonly pixels: (feature: Pixels) => A
  /** `of` is what the network looks at; undefined for the pixels. */
  readonly layer: (feature: Layer<string, string>, of: A | undefined) => A
  readonly transformed: (of: A, feature: Transformed<string, string>) => A
}

/** Interprets a feature, innermost part first. */
export const foldFeature =
  <A>(algebra: FeatureAlgebra<A>) =>
  (feature: AnyFeature): A => {
    checkArgument('The feature', feature, aFeature)
    switch (feature._tag) {
      case 'Pixels':
        return algebra.pixels(feature)
      case 'Layer':
        return algebra.layer(feature, feature.of === undefined ? undefined : foldFeature(algebra)(feature.of))
      case 'Transformed':
        return algebra.transformed(foldFeature(algebra)(feature.of), feature)
    }
  }

/** One function for each kind of loss. */
export interface LossAlgebra<A> {
  readonly compare: (loss: Compare<string, string>) => A
  readonly regularize: (loss: Regularize<string, string>) => A
  readonly weighted: (of: A, loss: Weighted<string, string>) => A
  readonly sum: (of: readonly A[], loss: Sum<string, string>) => A
  readonly named: (of: A, loss: Named<string, string>) => A
}

/** Interprets a loss, innermost parts first. */
export const foldLoss =
  <A>(algebra: LossAlgebra<A>) =>
  (loss: AnyLoss): A => {
    checkArgument('The loss', loss, aLoss)
    switch (loss._tag) {
      case 'Compare':
        return algebra.compare(loss)
      case 'Regularize':
        return algebra.regularize(loss)
      case 'Weighted':
        return algebra.weighted(foldLoss(algebra)(loss.loss), loss)
      case 'Sum':
        return algebra.sum(loss.losses.map(foldLoss(algebra)), loss)
      case 'Named':
        return algebra.named(foldLoss(algebra)(loss.loss), loss)
    }
  }
