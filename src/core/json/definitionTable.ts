/**
 * The definitions that a document may name, by their ids.
 */
import { either as E } from 'fp-ts'
import type * as t from 'io-ts'
import type { LossError } from '../errors/lossError.js'
import { formatValue } from '../errors/formatValue.js'
import type { OptionsSpec } from '../arguments/definitionOptions.js'
import type { Accepted } from '../arguments/checkOptions.js'

/** The kinds of definitions. */
export type Kind = 'metric' | 'regularizer' | 'transform'

/** A metric, a regularizer or a transform with any options, as returned by `defineMetric` and its siblings. */
export interface Definition {
  readonly definition: Pick<OptionsSpec<unknown>, 'id' | 'defaults'> & { readonly kind: Kind; readonly codec: t.Mixed; readonly takesSeveral?: unknown }
  readonly with: (options: never) => (feature: never) => unknown
}

/** Definitions by id. */
export type DefinitionTable = ReadonlyMap<string, Definition>

/** The table of a list; a Left names an id that two different definitions have. The same definition may appear twice. */
export const definitionTable = (definitions: readonly Definition[]): E.Either<LossError, DefinitionTable> => {
  const table = new Map<string, Definition>()
  for (const [i, given] of definitions.entries()) {
    if (!isDefinition(given))
      return E.left({
        _tag: 'BadArgument',
        name: `Definition ${String(i + 1)}`,
        received: formatValue(given),
        expected: 'the result of defineMetric, defineRegularizer or defineTransform',
      })
    const { id } = given.definition
    const known = table.get(id)
    if (known !== undefined && known.definition !== given.definition) return E.left({ _tag: 'DuplicateDefinition', id, known: [...table.keys()] })
    table.set(id, given)
  }
  return E.right(table)
}

/** Whether a definition is of a metric that also compares several features together. */
export const takesSeveral = ({ takesSeveral: takes, defaults }: Definition['definition']): boolean =>
  typeof takes === 'function' && (takes as (options: unknown) => boolean)(defaults)

/** Whether a value is what `defineMetric`, `defineRegularizer` or `defineTransform` gives. */
export const isDefinition = (value: unknown): value is Definition =>
  typeof value === 'function' && 'definition' in value && typeof value.definition === 'object' && value.definition !== null && 'with' in value

export const aDefinitionList: Accepted = { name: 'a list of results of defineMetric, defineRegularizer or defineTransform', is: Array.isArray }
