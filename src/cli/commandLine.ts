/**
 * The command line: finds the command, checks its arguments, runs it.
 *
 * Laws: returns the exit status (`exitStatus.ts`) and never throws; an error is one line on the error output, and its stack follows only
 * under `--debug`.
 */
import { readFile } from 'node:fs/promises'
import { suggestion } from '../node/suggestion.js'
import { parseArguments } from './parseArguments.js'
import { type Commands, PROGRAM } from './command.js'
import { COMMANDS } from './commands/index.js'
import { EXIT } from './exitStatus.js'
import { overview, usage } from './help.js'
import { standardOutput, type Output } from './output.js'
import { UsageError } from './usageError.js'

/** Runs the command that the arguments name. */
export const runCommandLine = async (args: readonly string[], output = standardOutput(), commands = COMMANDS): Promise<number> => {
  const ours = beforeDashes(args)
  const debug = ours.includes('--debug')
  try {
    return await dispatch(
      args.filter((arg, i) => arg !== '--debug' || i >= ours.length),
      output,
      commands,
    )
  } catch (error) {
    output.err(`${PROGRAM}: ${lineOf(error)}`)
    if (debug && error instanceof Error) output.err(error.stack ?? '')
    return error instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}

const dispatch = async (args: readonly string[], output: Output, commands: Commands): Promise<number> => {
  const [first, ...rest] = args
  if (first === undefined || isHelp(first)) output.out(overview(commands))
  else if (first === '--version' || first === '-v') output.out(await version())
  else return runListed(first, rest, output, commands)
  return 0
}

const runListed = async (name: string, args: readonly string[], output: Output, commands: Commands): Promise<number> => {
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (listed === undefined)
    throw new UsageError(
      `there is no ${name.startsWith('-') ? 'option' : 'command'} '${name}'; --help lists the commands.${suggestion(name, Object.keys(commands))}`,
    )
  const command = await listed.load()
  if (beforeDashes(args).some(isHelp)) {
    output.out(usage(name, listed.description, command, output))
    return 0
  }
  const result = await command.run(parseArguments(command, args, `${PROGRAM} ${name}`), { output, commands })
  return typeof result === 'number' ? result : 0
}

const beforeDashes = (args: readonly string[]): readonly string[] => (args.includes('--') ? args.slice(0, args.indexOf('--')) : args)

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h'

const version = async (): Promise<string> => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }
  return version
}

/** The first line with text. */
const lineOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  const missing = /^Cannot find package '([^']+)'/.exec(message)?.[1]
  if (missing !== undefined) return `the package ${missing} is required but not installed; install it: npm install ${missing}`
  return message.split('\n').find((line) => line.trim() !== '') ?? 'it failed without a message; --debug shows where.'
}
