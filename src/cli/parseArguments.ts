/** Parses a command's arguments; unknown options, options without their value and surplus arguments are refused. */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { isRequired, type Argument, type Arguments, type ParsedArguments } from './arguments.js'
import type { AnyCommand } from './command.js'
import { suggestion } from '../node/suggestion.js'
import { UsageError } from './usageError.js'

/** Parses the arguments of a command; throws a `UsageError` that names the first argument the command does not take, or that is missing. */
export const parseArguments = ({ args: taken, many }: AnyCommand, args: readonly string[], name: string): ParsedArguments => {
  const places = Object.entries(taken).filter(([, { type }]) => type === 'positional')
  const { positionals, values } = parsed(args, taken, name)
  const surplus = many ? undefined : positionals[places.length]
  if (surplus !== undefined) throw new UsageError(`received the unexpected argument '${surplus}'; ${name} --help lists the arguments.`)
  const missing = places.slice(positionals.length).find(([, argument]) => isRequired(argument))
  if (missing !== undefined) throw new UsageError(`the argument ${missing[0].toUpperCase()} is missing; ${name} --help lists the arguments.`)
  const byPlace = Object.fromEntries(places.map(([place], i) => [place, positionals[i]]))
  const valueOf = (option: string, argument: Argument): string | boolean | undefined =>
    argument.type === 'boolean' ? flagOf(option, argument.default ?? false, values) : (byPlace[option] ?? values[option]?.at(-1) ?? argument.default)
  return {
    args: Object.fromEntries(Object.entries(taken).map(([option, argument]) => [option, valueOf(option, argument)])),
    positionals,
    values: Object.fromEntries(Object.entries(values).map(([option, given]) => [option, given.map(String)])),
  }
}

interface Raw {
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, readonly (string | boolean)[]>>
}

const parsed = (args: readonly string[], taken: Arguments, name: string): Raw => {
  const options = Object.fromEntries(Object.entries(taken).flatMap(([option, argument]) => optionOf(option, argument)))
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    return { positionals, values: Object.fromEntries(Object.entries(values).map(([option, given]) => [option, [given ?? []].flat()])) }
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/, 1)
    const unknown = /^Unknown option '--?([^']+)'/.exec(sentence)?.[1]
    const hint = unknown === undefined ? '' : suggestion(unknown, Object.keys(taken))
    throw new UsageError(
      `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}; ${name} --help lists the options.${hint.replace('mean ', 'mean --')}`,
    )
  }
}

/** Node's own negative options need 20.17. */
const flagOf = (name: string, byDefault: boolean, values: Raw['values']): boolean =>
  Object.hasOwn(values, `no-${name}`) ? false : Object.hasOwn(values, name) || byDefault

type Option = NonNullable<ParseArgsConfig['options']>[string]

const optionOf = (name: string, argument: Argument): readonly (readonly [string, Option])[] => {
  if (argument.type === 'positional') return []
  const option: Option = { type: argument.type, multiple: true, ...(argument.alias === undefined ? {} : { short: argument.alias }) }
  return argument.type === 'boolean' ? [[name, option], [`no-${name}`, { type: 'boolean' }]] : [[name, option]] // prettier-ignore
}
