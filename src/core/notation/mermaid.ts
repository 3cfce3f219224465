/**
 * A loss as a Mermaid flowchart: from the images through features and terms to the sum; shared features appear once.
 */
import { foldFeature, foldLoss } from '../language/fold.js'
import type { AnyFeature } from '../language/feature.js'
import { featuresOf, type AnyLoss, type Leaf } from '../language/loss.js'
import { optionsText, shortTap, showFeature, showFeatures } from '../language/show.js'

/** Lines of a chart: nodes and arrows, each once. */
interface Chart {
  readonly node: (key: string, shape: readonly [string, string], label: string) => string
  readonly arrow: (from: string, to: string, label?: string) => void
  readonly text: () => string
}

const BOX = ['[', ']'] as const
const ROUND = ['([', '])'] as const
const CIRCLE = ['((', '))'] as const

/**
 * Returns a loss as a Mermaid flowchart.
 *
 * @example toMermaid(mse(pixels)) // flowchart LR ...
 */
export const toMermaid = (loss: AnyLoss): string => {
  const chart = emptyChart()
  const result = chart.node('loss', CIRCLE, 'loss')
  draw(loss)(chart)((from, label) => chart.arrow(from, result, label))
  return chart.text()
}

/** The target of the arrow from a part, and its label. */
type Onward = (from: string, label?: string) => void
type Draw = (chart: Chart) => (onward: Onward) => void

const draw: (loss: AnyLoss) => Draw = foldLoss<Draw>({
  compare: (leaf) => term(leaf),
  regularize: (leaf) => term(leaf),
  weighted:
    (of, { weight }) =>
    (chart) =>
    (onward) =>
      of(chart)((from, label) => onward(from, label === undefined ? `× ${String(weight)}` : `× ${String(weight)} ${label}`)),
  sum: (of) => (chart) => (onward) => of.forEach((part) => part(chart)(onward)),
  named:
    (of, { name }) =>
    (chart) =>
    (onward) => {
      const box = chart.node(`name ${name}`, ROUND, name)
      of(chart)((from, label) => chart.arrow(from, box, label))
      onward(box)
    },
})

const term =
  (leaf: Leaf<string, string>): Draw =>
  (chart) =>
  (onward) => {
    const by = leaf._tag === 'Compare' ? leaf.metric : leaf.regularizer
    const reference = leaf._tag === 'Compare' ? leaf.reference : ''
    const images = ['prediction', ...(leaf._tag === 'Compare' ? [leaf.reference] : [])].map((name, i) => chart.node(`image ${String(i)} ${name}`, ROUND, name))
    const seen = featuresOf(leaf).map((feature) => drawFeature(feature)(chart, images))
    const at = chart.node(`term ${by.id} ${optionsText(by.changed)} ${reference} ${showFeatures(leaf)}`, BOX, `${by.id}${optionsText(by.changed).slice(1)}`)
    join(chart, at, seen)
    onward(at)
  }

const drawFeature: (feature: AnyFeature) => (chart: Chart, images: readonly string[]) => string = foldFeature<
  (chart: Chart, images: readonly string[]) => string
>({
  pixels: () => (chart, images) => join(chart, chart.node('feature pixels', BOX, 'pixels'), images),
  layer: (feature, of) => (chart, images) =>
    join(chart, chart.node(`feature ${showFeature(feature)}`, BOX, shortTap(feature.tap)), of === undefined ? images : [of(chart, images)]),
  transformed: (of, feature) => (chart, images) => {
    const { id, changed } = feature.by
    return join(chart, chart.node(`feature ${showFeature(feature)}`, BOX, `${id}${optionsText(changed).slice(1)}`), [of(chart, images)])
  },
})

const join = (chart: Chart, at: string, from: readonly string[]): string => {
  from.forEach((before) => chart.arrow(before, at))
  return at
}

const emptyChart = (): Chart => {
  const ids = new Map<string, string>()
  const lines = new Set<string>()
  return {
    node: (key, [open, close], label) => {
      const known = ids.get(key)
      if (known !== undefined) return known
      const id = `n${String(ids.size)}`
      ids.set(key, id)
      lines.add(`  ${id}${open}"${escaped(label)}"${close}`)
      return id
    },
    arrow: (from, to, label) => void lines.add(`  ${from} ${label === undefined ? '-->' : `-- "${escaped(label)}" -->`} ${to}`),
    text: () => ['flowchart LR', ...lines].join('\n'),
  }
}

/** Keeps letters, digits and a few marks; the rest becomes numeric entities, so that nothing is parsed as Mermaid, Markdown or HTML. */
const escaped = (label: string): string =>
  label.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ').replace(/[^\p{L}\p{N} .,:=()[\]]/gu, (character) => `#${String(character.codePointAt(0))};`)
