/**
 * A loss as one line of the language itself: valid TypeScript that builds an equal loss.
 *
 * Options are printed where they differ from the defaults.
 */
import type { AnyFeature, Tap } from './feature.js'
import { foldFeature, foldLoss } from './fold.js'
import { featuresOf, TARGET, type AnyLoss, type Leaf } from './loss.js'
import type { Options } from '../arguments/checkOptions.js'

/** A feature as the expression that makes it. */
export const showFeature: (feature: AnyFeature) => string = foldFeature<string>({
  pixels: () => 'pixels',
  layer: ({ tap }, of) => `featureAt(${quote(tap.layer)}${optionsText({ ...tapOptions(tap), ...(of === undefined ? {} : { of: new Expression(of) }) })})`,
  transformed: (of, { by }) => `${by.id}(${of}${optionsText(by.changed)})`,
})

/** The features of a leaf as the expression that makes them: a list where they are several. */
export const showFeatures = (leaf: Leaf<string, string>): string => {
  const features = featuresOf(leaf).map(showFeature)
  return features.length === 1 ? features.join('') : `[${features.join(', ')}]`
}

/** A loss as the expression that makes it. */
export const show: (loss: AnyLoss) => string = foldLoss<string>({
  compare: (leaf) => {
    const { metric, reference } = leaf
    const comparison = `${metric.id}(${showFeatures(leaf)}${optionsText(metric.changed)})`
    return reference === TARGET ? comparison : `against(${quote(reference)}, ${comparison})`
  },
  regularize: ({ regularizer, feature }) => `${regularizer.id}(${showFeature(feature)}${optionsText(regularizer.changed)})`,
  weighted: (of, { weight }) => `weighted(${String(weight)}, ${of})`,
  sum: (of) => `sum(${of.join(', ')})`,
  named: (of, { name }) => `named(${quote(name)}, ${of})`,
})

/** A tap as short text: `block3_conv3:pre`. */
export const shortTap = (tap: Tap): string => `${tap.layer}${tap.activation === 'pre' ? ':pre' : ''}${tap.pooling === 'max' ? '' : `:${tap.pooling}`}`

const shortFeature: (feature: AnyFeature) => string = foldFeature<string>({
  pixels: () => 'pixels',
  layer: ({ tap }, of) => (of === undefined ? shortTap(tap) : `${shortTap(tap)} of ${of}`),
  transformed: (of, { by }) => `${by.id}(${of})`,
})

/** A leaf as short text, for tables: `mse(gram(block2_conv2)) against style`. */
export const label = (leaf: Leaf<string, string>): string => {
  const by = leaf._tag === 'Compare' ? leaf.metric : leaf.regularizer
  const against = leaf._tag === 'Compare' && leaf.reference !== TARGET ? ` against ${leaf.reference}` : ''
  return `${by.id}(${featuresOf(leaf).map(shortFeature).join(', ')})${against}`
}

/** The options of a tap that differ from the defaults. */
export const tapOptions = ({ activation, pooling }: Tap): Options => ({
  ...(activation === 'post' ? {} : { activation }),
  ...(pooling === 'max' ? {} : { pooling }),
})

/** Options as they are written after a comma: `, { epsilon: 0.5 }`; nothing for none. */
export const optionsText = (options: Options): string => (Object.keys(options).length === 0 ? '' : `, ${literal(options)}`)

/** An expression of the language among options. */
class Expression {
  constructor(readonly text: string) {}
}

const literal = (value: unknown): string => {
  if (value instanceof Expression) return value.text
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, part]) => `${property(key)}: ${literal(part)}`).join(', ')} }`
}

/** A key as it is written in a literal; `__proto__` would be taken for the prototype. */
const property = (key: string): string => (key === '__proto__' ? `['__proto__']` : /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key))

/** Text in single quotes, on one line. */
const quote = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
