/**
 * The command line: finds the command, checks its arguments, runs it.
 *
 * Laws: gives the exit status (0 done, 1 failed, 2 asked wrongly) and never throws; an error is one line on the error output, and its stack follows only
 * under `--debug`.
 */
import { readFile } from 'node:fs/promises'
import { renderUsage, runCommand } from 'citty'
import { strictly } from './arguments.js'
import { COMMANDS, type Listed } from './commands.js'
import { UsageError } from './usageError.js'

/** Where lines go. */
export interface Output {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

const PROGRAM = 'perceptual-loss'

const standard: Output = { out: (text) => void process.stdout.write(`${text}\n`), err: (text) => void process.stderr.write(`${text}\n`) }

/** Runs what the arguments ask for, among the given commands. */
export const runCommandLine = async (args: readonly string[], output = standard, commands = COMMANDS): Promise<number> => {
  const ours = beforeDashes(args)
  const debug = ours.includes('--debug')
  try {
    await dispatch(
      args.filter((arg, i) => arg !== '--debug' || i >= ours.length),
      output,
      commands,
    )
    return 0
  } catch (error) {
    output.err(`${PROGRAM}: ${lineOf(error)}`)
    if (debug && error instanceof Error) output.err(error.stack ?? '')
    return error instanceof UsageError ? 2 : 1
  }
}

const dispatch = async (args: readonly string[], { out }: Output, commands: Readonly<Record<string, Listed>>): Promise<void> => {
  const [first, ...rest] = args
  if (first === undefined || isHelp(first)) out(overview(commands))
  else if (first === '--version' || first === '-v') out(await version())
  else await runListed(first, rest, out, Object.hasOwn(commands, first) ? commands[first] : undefined)
}

const runListed = async (name: string, args: readonly string[], out: Output['out'], listed: Listed | undefined): Promise<void> => {
  if (listed === undefined) throw new UsageError(`there is no ${name.startsWith('-') ? 'option' : 'command'} '${name}'; --help lists the commands.`)
  const command = await listed.load()
  if (beforeDashes(args).some(isHelp)) {
    out(await renderUsage({ ...command, meta: { name, description: listed.description } }, { meta: { name: PROGRAM } }))
    return
  }
  await strictly(command, args, `${PROGRAM} ${name}`)
  await runCommand(command, { rawArgs: [...args] })
}

const beforeDashes = (args: readonly string[]): readonly string[] => (args.includes('--') ? args.slice(0, args.indexOf('--')) : args)

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h'

const overview = (commands: Readonly<Record<string, Listed>>): string =>
  [
    `Usage: ${PROGRAM} COMMAND [options]`,
    '',
    ...Object.entries(commands).map(([name, { description }]) => `  ${name.padEnd(12)}${description}`),
    '',
    `${PROGRAM} COMMAND --help tells its options; --debug shows where an error came from.`,
  ].join('\n')

const version = async (): Promise<string> => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }
  return version
}

/** The first line that says something. */
const lineOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n').find((line) => line.trim() !== '') ?? 'it failed without saying why; --debug shows where.'
}
