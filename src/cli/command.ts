/** A command: a record of arguments and what to do with them, in a file of its own. */
import type { ArgsDef, CommandDef } from 'citty'

/** A command as the list takes it, whatever its arguments. */
export type AnyCommand = CommandDef

/**
 * Makes a command; its name and description are the list's (`commands.ts`).
 *
 * @example export const paint = command({ args: { picture: { type: 'positional', description: 'a file' } }, run: ({ args }) => open(args.picture) })
 */
export const command = <const T extends ArgsDef>(definition: Pick<CommandDef<T>, 'args' | 'run'>): AnyCommand => definition as unknown as AnyCommand
