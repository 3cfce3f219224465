/** What losses and features are generated from. */
import type { Loss, Feature } from '../index.js'
import type fc from 'fast-check'

export type AnyLoss = Loss<string, string>

export type AnyFeature = Feature<string, string>

/** The inputs of a metric or regularizer: any feature (also a Gram), features with height and width, or only the pictures. */
export type LooksAt = 'anything' | 'positions' | 'pictures'

/** A metric or regularizer that losses are generated from. */
export interface BuiltInLeaf {
  readonly id: string
  readonly kind: 'metric' | 'regularizer'
  readonly looksAt: LooksAt
  /** The smallest side of its input. */
  readonly minSide: number
  readonly make: fc.Arbitrary<(feature: AnyFeature) => AnyLoss>
  /** The loss without options, or with options for small pictures. */
  readonly plain: (feature: AnyFeature) => AnyLoss
}

/** A transform that features are generated from. */
export interface BuiltInTransform {
  readonly id: string
  readonly kind: 'transform'
  readonly looksAt: 'positions' | 'pictures'
  /** Whether the output has height and width. */
  readonly keepsPositions: boolean
  /** Whether height and width do not change. */
  readonly keepsSize: boolean
  readonly minSide: number
  readonly make: fc.Arbitrary<(feature: AnyFeature) => AnyFeature>
  readonly plain: (feature: AnyFeature) => AnyFeature
}
