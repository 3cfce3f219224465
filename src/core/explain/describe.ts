/**
 * An explanation as text for a terminal.
 */
import { aRecordOf, checkArgument } from '../arguments/guards.js'
import type { Explanation } from './explain.js'
import type { Tiling } from '../tiling/tiledEvaluation.js'

/**
 * Formats an explanation as tables: layers, features, terms, and their costs.
 *
 * @example console.log(showExplanation(await explain(loss, extractor, { shape: [1, 256, 256, 3] })))
 */
export const showExplanation = (explanation: Explanation): string => {
  checkArgument('The explanation', explanation, aRecordOf('the result of explain', 'shape', 'layers', 'features', 'terms', 'flops', 'memory'))
  const { shape, extractor, layers, cutOff, taps, features, terms, flops, memory, tiling } = explanation
  return [
    `For pictures [${shape.join(', ')}]${extractor === undefined ? ', without a network' : ` over ${extractor}`}:`,
    table(
      ['layer', 'shape', 'MFLOP', 'MB', 'tapped'],
      layers.map(({ layer, shape: sides, flops: count, bytes }) => [
        layer,
        sides.join(' x '),
        mega(count),
        mega(bytes),
        taps.some((tap) => layerOf(tap) === layer) ? 'yes' : '',
      ]),
    ),
    cutOff.length === 0 ? '' : `cut off: ${cutOff.join(', ')}`,
    table(
      ['feature', 'shape', 'MFLOP', 'MB', 'for'],
      features.map((row) => [row.feature, row.shape.join(' x '), mega(row.flops), mega(row.bytes), row.terms.join(', ')]),
    ),
    table(
      ['term', 'weight', 'MFLOP', 'alone', 'MB'],
      terms.map((row) => [row.name, String(row.weight), mega(row.flops), mega(row.alone), mega(row.bytes)]),
    ),
    table(
      ['a step', 'MFLOP forward', 'MB at its peak'],
      [
        ['prepared', mega(flops.prepared), `${mega(memory.prepared)} (${mega(memory.held)} held)`],
        ['fresh', mega(flops.fresh), mega(memory.fresh)],
      ],
    ),
    tiling === undefined ? '' : describeTiling(tiling),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const describeTiling = ({ tiles, largest, overlap, peak, memory }: Tiling): string =>
  `by tiles: ${String(tiles)} of at most ${largest.join(' x ')}, ${(100 * overlap).toFixed(1)} % of the pixels computed more than once; peak of a fresh step ${mega(peak)} MB of ${mega(memory)}`

const mega = (value: number): string => (value / 1e6).toFixed(2)

/** Columns as wide as their widest cell, without padding of the last; empty without rows. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  if (rows.length === 0) return ''
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A tap without its variant: block1_conv1:pre of luma(pixels) is of the layer block1_conv1 of luma(pixels). */
const layerOf = (tap: string): string => tap.replace(/^([^: ]*)\S*/, '$1')
