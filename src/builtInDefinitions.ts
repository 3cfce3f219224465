/**
 * Every built-in metric, regularizer and transform: what JSON may name by default. The lists are `metrics/index.ts` and `layers/features/index.ts`.
 */
import { isDefinition, type Definition } from './core/json/definitionTable.js'
import * as features from './layers/features/index.js'
import * as metrics from './metrics/index.js'

/** By their ids: the order of a module's values differs between runtimes. */
export const builtInDefinitions: readonly Definition[] = [...Object.values(metrics), ...Object.values(features)]
  .flatMap((value: unknown) => (isDefinition(value) ? [value] : []))
  .sort((a, b) => (a.definition.id < b.definition.id ? -1 : 1))
