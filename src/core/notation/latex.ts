/**
 * A loss as a LaTeX formula for KaTeX or MathJax: x is the prediction, y the target, y with an index another reference, phi a network layer.
 *
 * Law: it is one line that KaTeX renders without errors or warnings, for all names in the loss (except characters that its fonts lack).
 */
import { foldFeature, foldLoss } from '../language/fold.js'
import type { AnyFeature } from '../language/feature.js'
import { featuresOf, TARGET, type AnyLoss } from '../language/loss.js'
import type { Options } from '../arguments/checkOptions.js'

/**
 * Returns a loss as a LaTeX formula.
 *
 * Definitions with their own `latex` use it; others show their id and the options that differ from the defaults.
 *
 * @example toLatex(weighted(2, mae(pixels))) // 2 \, \tfrac{1}{n}\left\lVert x - y \right\rVert_1
 */
export const toLatex: (loss: AnyLoss) => string = foldLoss<string>({
  compare: (leaf) => {
    const { metric, reference } = leaf
    const of = (image: string): string => listed(featuresOf(leaf).map((feature) => featureLatex(feature)(image)))
    const [a, b] = [of(reference === TARGET ? 'y' : `y_{${text(reference)}}`), of(PREDICTION)]
    return metric.latex?.(a, b) ?? applied(metric, [b, a])
  },
  regularize: ({ regularizer, feature }) => {
    const looked = featureLatex(feature)(PREDICTION)
    return regularizer.latex?.(looked) ?? applied(regularizer, [looked])
  },
  weighted: (of, { weight }) => `${number(weight)} \\, ${of}`,
  sum: (of) => (of.length === 0 ? '0' : of.reduce((sum, part) => (part.startsWith('-') ? `${sum} - ${part.slice(1)}` : `${sum} + ${part}`))),
  named: (of, { name }) => `\\underbrace{${of}}_{${text(name)}}`,
})

const PREDICTION = 'x'

/** Several features in parentheses. */
const listed = (features: readonly string[]): string => (features.length === 1 ? features.join('') : `\\left(${features.join(', ')}\\right)`)

/** A feature of an image that has a formula. */
const featureLatex: (feature: AnyFeature) => (image: string) => string = foldFeature<(image: string) => string>({
  pixels: () => (image) => image,
  layer:
    ({ tap }, of) =>
    (image) => {
      const variant = [tap.layer, ...(tap.activation === 'pre' ? ['pre'] : []), ...(tap.pooling === 'max' ? [] : [tap.pooling])]
      return `\\phi_{${text(variant.join(', '))}}\\left(${of?.(image) ?? image}\\right)`
    },
  transformed:
    (of, { by }) =>
    (image) =>
      by.latex?.(of(image)) ?? applied(by, [of(image)]),
})

/** A function of some arguments, its options as an index. */
const applied = ({ id, changed }: { readonly id: string; readonly changed: Options }, parts: readonly string[]): string =>
  `\\operatorname{${letters(id)}}${index(changed)}\\left(${parts.join(', ')}\\right)`

const index = (options: Options): string => {
  const said = Object.entries(options).map(([key, value]) => `${key} = ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return said.length === 0 ? '' : `_{${text(said.join(', '))}}`
}

/** 0.1, 10^{-7}, 2.5 * 10^{9}. */
const number = (value: number): string => {
  const [mantissa = '', exponent] = String(value).split('e')
  return exponent === undefined ? mantissa : `${mantissa} \\cdot 10^{${String(Number(exponent))}}`
}

/** Escapes for characters that are special in TeX. */
const ESCAPED: Readonly<Record<string, string>> = {
  ...{
    '\\': '\\textbackslash{}',
    '^': '\\textasciicircum{}',
    '~': '\\textasciitilde{}',
    '"': '\\textquotedblright{}',
    "'": '\\textquoteright{}',
    '`': '\\textquoteleft{}',
  },
  ...{
    '{': '\\{',
    '}': '\\}',
    $: '\\$',
    '&': '\\&',
    '#': '\\#',
    '%': '\\%',
    _: '\\_',
    '<': '\\textless{}',
    '>': '\\textgreater{}',
    '|': '\\textbar{}',
    '-': '{-}',
  },
}

/** Any text, upright; characters that KaTeX rejects in text (control characters, marks without a letter, arrows and operators) become spaces. */
const text = (plain: string): string => `\\text{${letters(plain)}}`

const letters = (plain: string): string =>
  plain
    .normalize('NFKC')
    .replace(/[\p{C}\p{Z}\p{M}\u2190-\u23ff\u27c0-\u2aff]/gu, ' ')
    .replace(/./gu, (character) => ESCAPED[character] ?? character)
