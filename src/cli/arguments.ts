/** What a command takes: its positional arguments and its options. */

interface Described {
  readonly description: string
}

/** An argument by its place; required unless `required` is false or it has a default. */
interface Positional extends Described {
  readonly type: 'positional'
  readonly required?: boolean
  readonly default?: string
}

/** An option with a value: `--name value`. */
interface TextOption extends Described {
  readonly type: 'string'
  /** One letter: `-l`. */
  readonly alias?: string
  readonly default?: string
  /** What the value is, for --help. */
  readonly valueHint?: string
}

/** An option without a value; `--no-name` switches it off. */
interface Flag extends Described {
  readonly type: 'boolean'
  readonly alias?: string
  readonly default?: boolean
}

export type Argument = Positional | TextOption | Flag

/** Arguments by name; positional ones are in order. */
export type Arguments = Readonly<Record<string, Argument>>

type Value<A extends Argument> = A extends Flag
  ? boolean
  : A extends { readonly default: string }
    ? string
    : A extends TextOption | { readonly required: false }
      ? string | undefined
      : string

/** The value of each argument. */
export type Parsed<T extends Arguments> = { readonly [K in keyof T]: Value<T[K]> }

/** A parsed command line. */
export interface ParsedArguments {
  /** The value of each argument: the last one given, or its default; undefined without either. */
  readonly args: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
  /** All values given for each option, in order. */
  readonly values: Readonly<Record<string, readonly string[]>>
}

/** Whether a command line without this argument is refused. */
export const isRequired = (argument: Argument): boolean => argument.type === 'positional' && argument.required !== false && argument.default === undefined
