/**
 * Lists without duplicates that find an equal value in constant time.
 */
import type { AnyFeature, Tap } from './feature.js'
import { foldFeature } from './fold.js'
import { featuresOf, type Leaf } from './loss.js'
import type { AppliedTransform, AppliedMetric, AppliedRegularizer } from './definition.js'

/** A list without duplicates. */
export interface Distinct<A> {
  readonly values: readonly A[]
  /** The position of an equal value; a new value is appended. */
  readonly position: (value: A) => number
}

/** A list of values that are equal where their keys are. */
export const distinct = <A>(keyOf: (value: A) => unknown): Distinct<A> => {
  const values: A[] = []
  const positions = new Map<unknown, number>()
  const position = (value: A): number => {
    const key = keyOf(value)
    const known = positions.get(key)
    if (known !== undefined) return known
    positions.set(key, values.length)
    return values.push(value) - 1
  }
  return { values, position }
}

/** Keys of metrics, regularizers and transforms: equal for the same definition with equal options. */
export const appliedKeys = (): ((by: AppliedMetric | AppliedRegularizer | AppliedTransform) => string) => {
  const definitions = distinct<object>((definition) => definition)
  return ({ definition, key }) => `${String(definitions.position(definition))} ${key}`
}

/** A key that is equal for equal taps. */
export const tapKey = ({ layer, activation, pooling }: Tap): string => JSON.stringify([layer, activation, pooling])

/** Keys of leaves: equal for equal leaves. */
export const leafKeys = (): ((leaf: Leaf<string, string>) => string) => {
  const applied = appliedKeys()
  const features = distinct<string>((key) => key)
  const feature: (feature: AnyFeature) => number = foldFeature<number>({
    pixels: () => features.position('pixels'),
    layer: ({ tap }, of) => features.position(`layer ${tapKey(tap)} ${String(of)}`),
    transformed: (of, { by }) => features.position(`${String(of)} ${applied(by)}`),
  })
  return (leaf) =>
    leaf._tag === 'Compare'
      ? JSON.stringify([featuresOf(leaf).map(feature), applied(leaf.metric), leaf.reference])
      : JSON.stringify([feature(leaf.feature), applied(leaf.regularizer)])
}
