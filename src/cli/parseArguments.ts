/**
 * What a command was given against what it takes. citty lets unknown options, options without their value and surplus arguments pass; a person who mistyped
 * wants to be told.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { ArgDef, ArgsDef } from 'citty'
import type { AnyCommand } from './command.js'
import { suggestion } from '../node/suggestion.js'
import { UsageError } from './usageError.js'

/** What was given for each option, in order; throws a `UsageError` that names the first argument that the command does not take, or that it misses. */
export const parseArguments = async (command: AnyCommand, args: readonly string[], name: string): Promise<Values> => {
  const taken = await taking(command)
  const places = Object.entries(taken).filter(([, { type }]) => type === 'positional')
  const { positionals: given, values } = parsed(args, taken, name)
  const surplus = command.many === true ? undefined : given[places.length]
  if (surplus !== undefined) throw new UsageError(`'${surplus}' is one argument too many; ${name} --help tells what it takes.`)
  const missing = places.slice(given.length).find(([, { required, default: fallback }]) => required !== false && fallback === undefined)
  if (missing !== undefined) throw new UsageError(`the argument ${missing[0].toUpperCase()} is missing; ${name} --help tells what it takes.`)
  return values
}

/** The texts given for each option. */
export type Values = Readonly<Record<string, readonly string[]>>

const taking = async ({ args = {} }: AnyCommand): Promise<ArgsDef> => (typeof args === 'function' ? args() : args)

const parsed = (args: readonly string[], taken: ArgsDef, name: string): { readonly positionals: readonly string[]; readonly values: Values } => {
  const options = Object.fromEntries(Object.entries(taken).flatMap(([option, definition]) => optionOf(option, definition)))
  const negatable = (arg: string): boolean => options[arg.slice('--no-'.length)]?.type === 'boolean'
  const plain = args.map((arg) => (arg.startsWith('--no-') && negatable(arg) ? arg.replace('--no-', '--') : arg))
  try {
    const { positionals, values } = parseArgs({ args: plain, options, allowPositionals: true, strict: true })
    return { positionals, values: Object.fromEntries(Object.entries(values).map(([option, given]) => [option, [given].flat().map(String)])) }
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/, 1)
    const unknown = /^Unknown option '--?([^']+)'/.exec(sentence)?.[1]
    const hint = unknown === undefined ? '' : suggestion(unknown, Object.keys(options))
    throw new UsageError(
      `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}; ${name} --help lists the options.${hint.replace('mean ', 'mean --')}`,
    )
  }
}

type Option = NonNullable<ParseArgsConfig['options']>[string]

const optionOf = (name: string, definition: ArgDef): readonly (readonly [string, Option])[] => {
  if (definition.type === 'positional') return []
  const alias = 'alias' in definition ? [definition.alias ?? []].flat() : []
  const short = alias.find((letter) => letter.length === 1)
  return [[name, { type: definition.type === 'boolean' ? 'boolean' : 'string', multiple: true, ...(short === undefined ? {} : { short }) }]]
}
