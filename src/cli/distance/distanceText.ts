/** The distances between two sets as a table. */
import Table from 'cli-table3'
import type { KernelDistance } from '../../distributions/index.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'

/** The distances, and what they are of; null where the samples are too small. */
export interface Distances {
  readonly frechet: number
  readonly kernelDistance: (KernelDistance & { readonly subsets: number; readonly subsetSize: number; readonly seed: number }) | null
  readonly precision: number | null
  readonly recall: number | null
  readonly of: string
  readonly dimension: number
  /** How many features each set has. */
  readonly counts: readonly [number, number]
}

/** A row for each distance, and what was compared. */
export const distanceText = ({ frechet, kernelDistance, precision, recall, of, counts }: Distances, { colours }: Pick<Output, 'colours'>): string => {
  const table = new Table({
    head: ['', 'value', 'sd'],
    colAligns: ['left', 'right', 'right'],
    style: { head: colours ? ['bold'] : [], border: [], compact: true },
  })
  const { mean = null, deviation = null, subsets = 0, subsetSize = 0 } = kernelDistance ?? {}
  table.push(
    ['Fréchet distance ↓', digits(frechet), ''],
    ['kernel distance ↓', digits(mean), digits(deviation)],
    ['precision ↑', digits(precision), ''],
    ['recall ↑', digits(recall), ''],
  )
  return [
    table.toString(),
    `${counts.map(String).join(' and ')} features: ${printable(of)}`,
    ...(kernelDistance === null ? [] : [`kernel distance: mean and standard deviation over ${String(subsets)} subsets of ${String(subsetSize)}`]),
    '↓ lower, ↑ higher is better',
  ].join('\n')
}

const digits = (value: number | null): string => (value === null ? '-' : String(Number(value.toPrecision(5))))
