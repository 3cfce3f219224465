/** What losses and features are generated from. */
import type { Loss, Feature } from '../index.js'
import type fc from 'fast-check'

export type AnyLoss = Loss<string, string>

export type AnyFeature = Feature<string, string>

/** What a metric or regularizer may look at: anything (a Gram, too), what has height and width, or the pictures themselves. */
export type LooksAt = 'anything' | 'positions' | 'pictures'

/** A metric or regularizer that losses are generated from. */
export interface BuiltInLeaf {
  readonly id: string
  readonly kind: 'metric' | 'regularizer'
  readonly looksAt: LooksAt
  /** The smallest side of what it looks at. */
  readonly minSide: number
  readonly make: fc.Arbitrary<(feature: AnyFeature) => AnyLoss>
  /** It without options, or with those that let it look at a small picture. */
  readonly plain: (feature: AnyFeature) => AnyLoss
}

/** A transform that features are generated from. */
export interface BuiltInTransform {
  readonly id: string
  readonly kind: 'transform'
  readonly looksAt: 'positions' | 'pictures'
  /** Whether height and width are there afterwards. */
  readonly keepsPositions: boolean
  /** Whether height and width are what they were. */
  readonly keepsSize: boolean
  readonly minSide: number
  readonly make: fc.Arbitrary<(feature: AnyFeature) => AnyFeature>
  readonly plain: (feature: AnyFeature) => AnyFeature
}
