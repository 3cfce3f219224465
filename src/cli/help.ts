/** The texts of --help. */
import { styleText } from 'node:util'
import { isRequired, type Argument } from './arguments.js'
import { PROGRAM, type AnyCommand, type Commands } from './command.js'
import { EXIT_LINES } from './exitStatus.js'
import type { Output } from './output.js'

/** The commands, and examples for newcomers. */
export const overview = (commands: Commands): string => {
  const first = Object.hasOwn(commands, 'compare') ? ['', ...exampleLines('', FIRST)] : []
  const list = Object.entries(commands).map(([name, { description }]) => `  ${name.padEnd(12)}${description}`)
  const more = `${PROGRAM} COMMAND --help lists its options; --debug shows the stack of an error.`
  return [`Usage: ${PROGRAM} COMMAND [options]`, '', ...list, ...first, '', 'Exit status:', ...EXIT_LINES, '', more].join('\n')
}

const FIRST = [
  ['compare photo.png photo.jpg', 'compare two pictures'],
  ['doctor', 'check what works on this machine'],
] as const

/** The arguments of a command, with examples. */
export const usage = (name: string, description: string, command: AnyCommand, { colours }: Output): string => {
  const style = (format: Format, text: string): string => (colours ? styleText(format, text) : text)
  const places = Object.entries(command.args).filter(([, { type }]) => type === 'positional')
  const options = Object.entries(command.args).filter(([, { type }]) => type !== 'positional')
  const last = places.at(-1)?.[0]
  const placeName = (place: string): string => `${place.toUpperCase()}${command.many && place === last ? '...' : ''}`
  const typed = places.map(([place, argument]) => (isRequired(argument) ? `<${placeName(place)}>` : `[${placeName(place)}]`))
  const rowOf = (label: string, argument: Argument): Row => ({ label, description: `${argument.description}${style('gray', note(argument))}` })
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [style(['bold', 'underline'], title), '', ...lines, '']
  const columns = (rows: readonly Row[]): readonly string[] => {
    const width = Math.max(...rows.map(({ label }) => label.length))
    return rows.map(({ label, description: text }) => `  ${style('cyan', label.padStart(width))}    ${text}`)
  }
  return [
    style('gray', `${description} (${PROGRAM} ${name})`),
    '',
    `${style(['bold', 'underline'], 'USAGE')} ${style('cyan', [PROGRAM, name, '[OPTIONS]', ...typed].join(' '))}`,
    '',
    ...section('ARGUMENTS', columns(places.map(([place, argument]) => rowOf(placeName(place), argument)))),
    ...section('OPTIONS', columns(options.flatMap(([option, argument]) => optionLabels(option, argument).map((label) => rowOf(label, argument))))),
    ...section('EXAMPLES', exampleLines(name, command.examples)),
    'EXIT STATUS',
    '',
    ...EXIT_LINES,
  ].join('\n')
}

type Format = Parameters<typeof styleText>[0]

interface Row {
  readonly label: string
  readonly description: string
}

/** Whether an argument is required, or its default. */
const note = (argument: Argument): string => {
  if (isRequired(argument)) return ' (Required)'
  return argument.default === undefined ? '' : ` (Default: ${String(argument.default)})`
}

/** How an option is typed; one that is on by default also as it is switched off. */
const optionLabels = (name: string, argument: Argument): readonly string[] => {
  if (argument.type === 'positional') return []
  const short = argument.alias === undefined ? '' : `-${argument.alias}, `
  if (argument.type === 'boolean') return [`${short}--${name}`, ...(argument.default === true ? [`--no-${name}`] : [])]
  return [`${short}--${name}=<${argument.valueHint ?? name.replaceAll('-', '_')}>`]
}

const exampleLines = (name: string, examples: AnyCommand['examples']): readonly string[] =>
  examples.flatMap(([typed, does]) => [`  ${[PROGRAM, name, typed].filter((word) => word !== '').join(' ')}`, `      ${does}`])
