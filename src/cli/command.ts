/** A command: a record of arguments and what to do with them, in a file of its own. */
import type { ArgsDef, CommandDef, ParsedArgs } from 'citty'
import type { Output } from './output.js'

/** A command as the list takes it, whatever its arguments. */
export interface AnyCommand extends CommandDef {
  /** Whether its last argument may be given many times. */
  readonly many?: boolean
  readonly examples?: readonly Example[]
}

/** What a person may type after the command's name, and what it does. */
export type Example = readonly [typed: string, does: string]

/** What a command was given. */
export interface Given<T extends ArgsDef> {
  readonly args: ParsedArgs<T>
  /** Everything that was given for an option, in order: given again, or with commas. */
  readonly all: (option: Extract<keyof T, string>) => readonly string[]
  readonly output: Output
  /** All commands of the command line. */
  readonly commands: Commands
}

/** What the command line hands to a command besides citty's arguments. */
export interface Handed {
  readonly output: Output
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly commands: Commands
}

interface Definition<T extends ArgsDef> {
  readonly args?: T
  readonly many?: boolean
  readonly examples?: readonly Example[]
  /** Does it; a number that it gives is the exit status. */
  readonly run: (given: Given<T>) => unknown
}

/**
 * Makes a command; its name and description are the list's (`commands/index.ts`).
 *
 * @example export const paint = command({ args: { picture: { type: 'positional', description: 'a file' } }, run: ({ args }) => open(args.picture) })
 */
export const command = <const T extends ArgsDef>({ run, ...definition }: Definition<T>): AnyCommand =>
  ({
    ...definition,
    run: ({ args, data }: { readonly args: ParsedArgs<T>; readonly data: Handed }) =>
      run({
        args,
        all: (option) => (data.values[option] ?? []).flatMap((value) => value.split(',')).filter((value) => value !== ''),
        output: data.output,
        commands: data.commands,
      }),
  }) as unknown as AnyCommand

/** What the list of commands says of a command, and how it is loaded. */
export interface Listed {
  readonly description: string
  readonly load: () => Promise<AnyCommand>
}

/** Commands by name. */
export type Commands = Readonly<Record<string, Listed>>

export const PROGRAM = 'perceptual-loss'
