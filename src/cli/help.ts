/** The texts of --help. */
import { stripVTControlCharacters } from 'node:util'
import { renderUsage, type ArgsDef } from 'citty'
import { PROGRAM, type AnyCommand, type Commands } from './command.js'
import { EXIT_LINES } from './exitStatus.js'
import type { Output } from './output.js'

/** The commands, and what a newcomer types. */
export const overview = (commands: Commands, output: Output): string => {
  const first = Object.hasOwn(commands, 'compare') ? ['', ...exampleLines('', FIRST)] : []
  const list = Object.entries(commands).map(([name, { description }]) => `  ${name.padEnd(12)}${description}`)
  const more = `${PROGRAM} COMMAND --help tells its options; --debug shows where an error came from.`
  return plainWhere(output, [`Usage: ${PROGRAM} COMMAND [options]`, '', ...list, ...first, '', 'Exit status:', ...EXIT_LINES, '', more].join('\n'))
}

const FIRST = [
  ['compare photo.png photo.jpg', 'how far apart two pictures are'],
  ['doctor', 'what works on this machine, and how to get more'],
] as const

/** What a command takes, with examples. */
export const usage = async (name: string, description: string, command: AnyCommand, output: Output): Promise<string> => {
  const args = await (typeof command.args === 'function' ? command.args() : command.args)
  const shown = { ...command, args: command.many === true ? lastMany(args ?? {}) : args }
  const text = await renderUsage({ ...shown, meta: { name, description } } as AnyCommand, { meta: { name: PROGRAM } })
  const examples = command.examples === undefined ? [] : ['EXAMPLES', '', ...exampleLines(name, command.examples), '']
  return plainWhere(output, [text, ...examples, 'EXIT STATUS', '', ...EXIT_LINES].join('\n')).replaceAll(/ +$/gm, '')
}

/** The last argument's name says that it may be given many times. */
const lastMany = (args: ArgsDef): ArgsDef => {
  const last = Object.entries(args).findLast(([, { type }]) => type === 'positional')?.[0]
  return Object.fromEntries(Object.entries(args).map(([name, definition]) => [name === last ? `${name}...` : name, definition]))
}

const exampleLines = (name: string, examples: AnyCommand['examples'] = []): readonly string[] =>
  examples.flatMap(([typed, does]) => [`  ${[PROGRAM, name, typed].filter((word) => word !== '').join(' ')}`, `      ${does}`])

const plainWhere = ({ colours }: Output, text: string): string => (colours ? text : stripVTControlCharacters(text))
