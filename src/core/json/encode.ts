/**
 * Encodes a loss as JSON for `decode`.
 */
import { type LossError } from '../errors/lossError.js'
import type { AnyFeature } from '../language/feature.js'
import { featuresOf, type AnyLoss } from '../language/loss.js'
import { encodeLoss, VERSION, type LossDocument } from './document.js'
import type { Definition } from './definitionTable.js'
import { limitProblem, MAX_DEPTH, MAX_VALUES, tooDeep, tooMany } from './documentLimits.js'
import { requireLoss } from '../language/lossGuards.js'
import { LossException } from '../errors/lossException.js'

/** `encode` for a list of built-in definitions, whose ids are reserved. */
export const encoder =
  (builtIn: readonly Definition[]) =>
  (loss: AnyLoss): LossDocument => {
    const problem = problemOf(requireLoss('The loss of encode', loss), builtIn)
    if (problem !== undefined) throw new LossException(problem)
    const document: LossDocument = { version: VERSION, loss: encodeLoss(loss) }
    const limit = limitProblem(document)
    if (limit !== undefined) throw new LossException(tooLarge(limit))
    return document
  }

const tooLarge = ({ received, expected }: { readonly received: string; readonly expected: string }): LossError => ({
  _tag: 'BadArgument',
  name: 'The JSON of the loss',
  received,
  expected: `${expected}, the limit of decode; split the loss into several`,
})

type Part = AnyLoss | AnyFeature

const partsOf = (part: Part): readonly Part[] => {
  if ('losses' in part) return part.losses
  if ('loss' in part) return [part.loss]
  if ('feature' in part) return featuresOf(part)
  return 'of' in part ? [part.of] : []
}

const definitionOf = (part: Part): { readonly id: string; readonly definition: object } | undefined => {
  if ('metric' in part) return part.metric
  if ('regularizer' in part) return part.regularizer
  return 'by' in part ? part.by : undefined
}

/** Why a loss cannot be encoded; walks level by level, without recursion. */
const problemOf = (loss: AnyLoss, builtIn: readonly Definition[]): LossError | undefined => {
  const definitions = new Map<string, object>(builtIn.map(({ definition }) => [definition.id, definition]))
  let level: readonly Part[] = [loss]
  for (let [depth, parts] = [1, 0]; level.length > 0; depth++) {
    parts += level.length
    if (depth > MAX_DEPTH) return tooLarge(tooDeep)
    if (parts > MAX_VALUES) return tooLarge(tooMany)
    for (const part of level) {
      const by = definitionOf(part)
      if (by === undefined) continue
      if ((definitions.get(by.id) ?? by.definition) !== by.definition) return { _tag: 'DuplicateDefinition', id: by.id, known: [...definitions.keys()] }
      definitions.set(by.id, by.definition)
    }
    level = level.flatMap(partsOf)
  }
  return undefined
}
