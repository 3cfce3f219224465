/**
 * The generated parts of docs/choosing-a-metric.md: the curves and the tables, from the numbers of sensitivity.json and the laws of the losses.
 */
import { changes } from './changes.js'
import { compared, groups, type Compared, type Group } from './compared.js'
import { intervalOf } from './facts.js'
import type { Sensitivities, Sensitivity } from './sensitivity.js'
import { sensitivityPicture } from './sensitivityPicture.js'

const membersOf = (wanted: Group): readonly Compared[] => compared.filter(({ group }) => group === wanted)

const fileOf = (group: Group): string => `sensitivity-${group}.svg`

/** Two digits; what is below 0.005 counts as 0. */
const ratio = (value: number): string => (value < 0.005 ? '0' : value < 9.95 ? value.toPrecision(2) : value.toFixed(0))

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

type Cells = (one: Compared, numbers: Sensitivity) => readonly string[]

const costsOf: Cells = ({ loss }, { mflop, jpeg }) => [mflop.toFixed(0), intervalOf(loss), jpeg.toPrecision(2)]

const ratiosOf: Cells = (_, { changes: measured }) =>
  changes.map(([change, { strengths, shown }]) => ratio(measured[change][strengths.indexOf(shown[0])] ?? Number.NaN))

const numbersOf = (name: string, numbers: Sensitivities): Sensitivity => {
  const found = numbers[name]
  if (found === undefined) throw new Error(`sensitivity.json has no numbers of '${name}': run npx tsx scripts/choosing-a-metric.ts '${name}'.`)
  return found
}

/** A table with a row for each loss, under the title of its group. */
const table = (head: readonly string[], cellsOf: Cells, numbers: Sensitivities): string =>
  [
    line(['metric', ...head]),
    line(['---', ...head.map(() => '---:')]),
    ...groups.flatMap(({ group, title }) => [
      line([`**${title}**`, ...head.map(() => '')]),
      ...membersOf(group).map((one) => line([`[\`${one.name}\`](losses/${one.page}.md)`, ...cellsOf(one, numbersOf(one.name, numbers))])),
    ]),
  ].join('\n')

/** The pictures, beside each other where there is room. */
const curves = (): string => {
  const about = (group: Group): string =>
    membersOf(group)
      .map(({ name }) => name)
      .join(', ')
  const images = groups.map(
    ({ group, title }) =>
      `<img src="${fileOf(group)}" alt="${title}. How the values of ${about(group)} grow with shift, noise, blur, darkness and loss of colour.">`,
  )
  return ['<div class="curves">', ...images, '</div>'].join('\n')
}

const HEADS = {
  sensitivity: changes.map(([, { shown }]) => shown[1]),
  costs: ['MFLOP', 'range', 'value for the JPEG'],
} as const

/** By the names of their marks. */
export const sensitivityParts = (numbers: Sensitivities): Readonly<Record<'curves' | 'sensitivity' | 'costs', string>> => ({
  curves: curves(),
  sensitivity: table(HEADS.sensitivity, ratiosOf, numbers),
  costs: table(HEADS.costs, costsOf, numbers),
})

/** The pictures, by their files in docs. */
export const sensitivityPictures = (numbers: Sensitivities): Readonly<Record<string, string>> =>
  Object.fromEntries(
    groups.map(({ group, title }) => {
      const panels = membersOf(group).map(({ name }) => ({ name, lines: numbersOf(name, numbers).changes }))
      return [fileOf(group), sensitivityPicture(title, panels)]
    }),
  )
