/** docs/conformance.md: the largest differences on every system, every case, and what works in which runtime. */
import { boundOf, EXCEPTIONS, isException } from './bounds.js'
import type { Difference } from './compare.js'
import { float16Section } from './float16.js'
import type { Absence, Outcome } from './run.js'
import { CHECKS, type Check } from './runtimes.js'
import { CASES } from './suite.js'
import { UNHELD } from './systems.js'

/** What a runtime did with each check: 'works', or why not. */
export interface RuntimeRow {
  readonly name: string
  readonly version: string
  readonly checks: Readonly<Record<Check, string>>
}

/** All that the document says. */
export interface Conformance {
  readonly versions: Readonly<Record<string, string>>
  readonly outcomes: readonly Outcome[]
  readonly absences: readonly Absence[]
  /** The Vulkan driver of WebGPU in Node, by its own name. */
  readonly driver: string | undefined
  readonly runtimes: readonly RuntimeRow[]
}

const GROUPS = ['metrics', 'on a layer', 'kinks', 'networks', 'recipes', 'large'] as const

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')

const number = (value: number): string => (value === 0 ? '0' : value.toExponential(1))

const largest = (differences: readonly Difference[], of: 'value' | 'gradient'): number => Math.max(0, ...differences.map((difference) => difference[of]))

const both = (differences: readonly Difference[]): string =>
  differences.length === 0 ? '' : `${number(largest(differences, 'value'))}, ${number(largest(differences, 'gradient'))}`

const summary = (outcomes: readonly Outcome[]): string =>
  table(
    ['', 'cases', ...GROUPS, 'bound', 'with bounds of their own'],
    outcomes.map(({ system, differences }) => {
      const plain = differences.filter((difference) => !isException(difference))
      const [first] = plain
      const bound = first === undefined ? undefined : boundOf(system, first)
      return [
        system,
        String(differences.length),
        ...GROUPS.map((group) => both(plain.filter((difference) => difference.group === group))),
        bound === undefined ? '' : `${number(bound.value)}, ${number(bound.gradient)}`,
        both(differences.filter(isException)),
      ]
    }),
  )

/** A formula's name that fits into a table. */
const short = (name: string): string => {
  const shown = name.length > 130 ? `${name.slice(0, 90)} ... ${name.slice(name.lastIndexOf(' of '))}` : name
  return `\`${shown.replaceAll('|', '\\|')}\``
}

const details = (outcomes: readonly Outcome[]): string => {
  const ran = new Set(outcomes.flatMap(({ differences }) => differences.map(({ name }) => name)))
  const names = CASES.map(({ name }) => name).filter((name) => ran.has(name))
  return table(
    ['', ...outcomes.map(({ system }) => system)],
    names.map((name) => [short(name), ...outcomes.map(({ differences }) => both(differences.filter((difference) => difference.name === name)))]),
  )
}

const runtimeTable = (runtimes: readonly RuntimeRow[]): string =>
  table(
    ['', 'version', ...CHECKS],
    runtimes.map(({ name, version, checks }) => [name, version, ...CHECKS.map((check) => checks[check])]),
  )

const onGraphics = (outcomes: readonly Outcome[], driver: string | undefined): string =>
  outcomes.some(({ system }) => system.startsWith('webg'))
    ? `WebGL and WebGPU run in Chromium on SwiftShader: the same programs as on a graphics card, with a processor's arithmetic. WebGPU in Node is Dawn (the package \`webgpu\`), which
needs a Vulkan driver: the machine's own, or else Chromium's SwiftShader (\`libvk_swiftshader.so\` and the loader \`libvulkan.so.1\`, beside the program), passed to that one process by
\`VK_ICD_FILENAMES\` and \`LD_LIBRARY_PATH\`.${driver === undefined ? '' : ` This run used: ${driver}.`} Each process of WebGPU compiles its
programs again, so both run a short suite: every metric, regularizer and transform with its defaults (including the kinks), every network and every recipe once, no generated options.`
    : ''

const notHere = (absences: readonly Absence[]): string =>
  absences.length === 0 ? '' : `Not available in this run:\n\n${absences.map(({ system, needs }) => `- ${system}, which needs ${needs}`).join('\n')}`

/** The Markdown of docs/conformance.md. */
export const markdown = ({ versions, outcomes: all, absences, driver, runtimes }: Conformance): string => {
  const outcomes = all.filter(({ system }) => !UNHELD.includes(system))
  const float16 = all.find(({ system }) => system === 'webgl of float16')
  return [
    '# Conformance: the same numbers everywhere',
    `\`npm run conformance\` compares the values and gradients of every metric, regularizer, transform, network and recipe on every backend, for golden pictures. New metrics are included
automatically (\`scripts/conformance/suite.ts\`); \`npm run test:long\` checks the bounds.`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    `Each pair of numbers is the largest relative difference of values and of gradients (the norm of the difference over the norm; below 1e-3, over 1e-3). The references are
the numbers of other packages if available (\`test/goldens/numbers_as_shipped.json\`: \`perceptual\`, \`johnsonStyle\`, \`lpips\` and \`dists\` of a whole picture), otherwise PyTorch in double
precision (\`test/goldens/conformance.json\`, by \`toTorch\`), and the cpu backend for pictures with a kink in the gradient (identical, black and flat pictures).`,
    onGraphics(outcomes, driver),
    notHere(absences),
    summary(outcomes),
    `Exceptions with their own bounds on every backend, because rounding errors are amplified:\n\n${EXCEPTIONS.map(
      ({ what, value, gradient, why }) => `- ${what} (${number(value)}, ${number(gradient)}): ${why}`,
    ).join('\n')}`,
    float16 === undefined ? '' : float16Section(float16.differences),
    '## Runtimes',
    `The packed package: import, VGG16 and AlexNet, LPIPS with its gradient on three backends, and \`perceptual-loss compare\`. \`npm run test:release\` runs them.`,
    runtimeTable(runtimes),
    '## Every case',
    details(outcomes),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}
