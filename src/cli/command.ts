/** A command: its arguments and the function that runs it; one file per command. */
import type { Arguments, Parsed, ParsedArguments } from './arguments.js'
import type { Output } from './output.js'

/** A command in the list of commands, with any arguments. */
export interface AnyCommand {
  readonly args: Arguments
  /** Whether its last argument may be repeated. */
  readonly many: boolean
  readonly examples: readonly Example[]
  /** Runs it; a number it gives is the exit status. */
  readonly run: (parsed: ParsedArguments, context: Context) => unknown
}

/** An example for --help: what to type after the command's name, and what it does. */
export type Example = readonly [typed: string, does: string]

/** The arguments that a command received. */
export interface Given<T extends Arguments> extends Context {
  readonly args: Parsed<T>
  /** All positional arguments, in order. */
  readonly positionals: readonly string[]
  /** All values of an option, in order: given again, or with commas. */
  readonly all: (option: Extract<keyof T, string>) => readonly string[]
}

/** What the command line hands to every command. */
export interface Context {
  readonly output: Output
  /** All commands of the command line. */
  readonly commands: Commands
}

interface Definition<T extends Arguments> {
  readonly args?: T
  readonly many?: boolean
  readonly examples?: readonly Example[]
  /** Runs the command; a returned number is the exit status. */
  readonly run: (given: Given<T>) => unknown
}

/**
 * Makes a command; its name and description are the list's (`commands/index.ts`).
 *
 * @example export const paint = command({ args: { picture: { type: 'positional', description: 'a file' } }, run: ({ args }) => open(args.picture) })
 */
export const command = <const T extends Arguments>({ run, args, many = false, examples = [] }: Definition<T>): AnyCommand => ({
  args: args ?? {},
  many,
  examples,
  run: (parsed, context) =>
    run({
      ...context,
      args: parsed.args as Parsed<T>,
      positionals: parsed.positionals,
      all: (option) => (parsed.values[option] ?? []).flatMap((value) => value.split(',')).filter((value) => value !== ''),
    }),
})

/** A command's description, and how to load it. */
export interface Listed {
  readonly description: string
  readonly load: () => Promise<AnyCommand>
}

/** Commands by name. */
export type Commands = Readonly<Record<string, Listed>>

export const PROGRAM = 'perceptual-loss'
