/**
 * A loss as JSON: plain data, readable enough to write by hand.
 *
 * A loss is identified by its key: `metric`, `regularizer`, `weight`, `sum` or `name`; a feature is "pixels" or has `layer` or `transform`. Only options that
 * differ from the defaults are written.
 */
import type { AnyFeature } from '../language/feature.js'
import { foldFeature, foldLoss } from '../language/fold.js'
import { TARGET, type AnyLoss } from '../language/loss.js'
import { tapOptions } from '../language/show.js'
import type { Options } from '../arguments/checkOptions.js'

/** The version that `encode` writes. Every older one keeps decoding. */
export const VERSION = 1

/** A feature as JSON. */
export type FeatureJson =
  | 'pixels'
  | { readonly layer: string; readonly activation?: string; readonly pooling?: string; readonly of?: FeatureJson }
  | { readonly transform: string; readonly feature: FeatureJson; readonly options?: Options }

/** A loss, without its version. */
export type LossJson =
  | { readonly metric: string; readonly feature: FeatureJson; readonly beside?: readonly FeatureJson[]; readonly options?: Options; readonly against?: string }
  | { readonly regularizer: string; readonly feature: FeatureJson; readonly options?: Options }
  | { readonly weight: number; readonly loss: LossJson }
  | { readonly sum: readonly LossJson[] }
  | { readonly name: string; readonly loss: LossJson }

/** A loss as a versioned document. */
export interface LossDocument {
  readonly version: typeof VERSION
  readonly loss: LossJson
}

const given = (options: Options): { readonly options?: Options } => (Object.keys(options).length === 0 ? {} : { options })

/** A feature as JSON. */
export const encodeFeature: (feature: AnyFeature) => FeatureJson = foldFeature<FeatureJson>({
  pixels: () => 'pixels',
  layer: ({ tap }, of) => ({ layer: tap.layer, ...tapOptions(tap), ...(of === undefined ? {} : { of }) }),
  transformed: (feature, { by }) => ({ transform: by.id, feature, ...given(by.changed) }),
})

/** A loss as JSON, without its version. */
export const encodeLoss: (loss: AnyLoss) => LossJson = foldLoss<LossJson>({
  compare: ({ metric, feature, beside, reference }) => ({
    metric: metric.id,
    feature: encodeFeature(feature),
    ...(beside === undefined ? {} : { beside: beside.map(encodeFeature) }),
    ...given(metric.changed),
    ...(reference === TARGET ? {} : { against: reference }),
  }),
  regularize: ({ regularizer, feature }) => ({ regularizer: regularizer.id, feature: encodeFeature(feature), ...given(regularizer.changed) }),
  weighted: (loss, { weight }) => ({ weight, loss }),
  sum: (sum) => ({ sum }),
  named: (loss, { name }) => ({ name, loss }),
})
