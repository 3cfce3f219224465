/**
 * The parts of a plan that add up over tiles: the totals of transforms such as Grams, and the parts of terms; or which term does not add up, and why.
 *
 * Everything else is computed from finished totals, as without tiles.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { either as E } from 'fp-ts'
import { left, right } from '../errors/either.js'
import type { LossError } from '../errors/lossError.js'
import { networksOf, type AnyExtractor } from '../language/extractor.js'
import { referencePosition, tapOf, type Plan, type PlannedTerm } from '../plan/plan.js'
import type { Aggregation } from '../language/tilingRule.js'
import { fieldOfReach, SINGLE_PIXEL, composeFields, type ReceptiveField } from '../language/receptiveField.js'
import type { AppliedTransform } from '../language/definition.js'

/** One statistic that adds up over windows of a feature's positions. */
export interface Total {
  /** Its feature, a position in the plan. */
  readonly feature: number
  readonly adds: Aggregation
  readonly window: readonly [height: number, width: number]
  /** The receptive field of a position of the feature. */
  readonly receptiveField: ReceptiveField
  /** The statistic of a piece: of the reference and the prediction, or of one alone. */
  readonly apply: (...pieces: readonly Tensor[]) => Tensor
  /** The reference whose piece is the first argument, by its position in the plan; undefined for a statistic of one picture. */
  readonly reference: number | undefined
  /** Its purpose: the feature that it becomes, or the term that it belongs to. */
  readonly becomes: { readonly feature: number } | { readonly term: number }
}

/** The totals, and which features have no positions. */
export interface TilingPlan {
  readonly all: readonly Total[]
  /** Whether a feature, by its position in the plan, is a finished total or made of one. */
  readonly isWhole: (feature: number) => boolean
}

/** The receptive field of a feature; 'whole' if it has no positions; or why tiles are not supported. */
type TiledField = ReceptiveField | 'whole' | { readonly refused: string }

/** The totals of a plan; a Left names the first term that does not add up. */
export const tilingPlan = (plan: Plan, extractor: AnyExtractor | undefined): E.Either<LossError, TilingPlan> => {
  const fields: TiledField[] = []
  for (const at of plan.features.keys()) fields.push(fieldAt(plan, extractor, at, fields))
  const parts = plan.terms.map((term, i) => termParts(plan, term, i, fields[term.feature] ?? SINGLE_PIXEL))
  const refused = parts.findIndex((part) => 'refused' in part)
  const problem = parts[refused]
  if (problem !== undefined && 'refused' in problem) return left({ _tag: 'NotTileable', term: plan.terms[refused]?.name ?? '', reason: problem.refused })
  const features = plan.features.flatMap((feature, at): readonly Total[] => {
    const receptiveField = feature._tag === 'Transformed' ? fields[feature.of] : undefined
    if (feature._tag !== 'Transformed' || fields[at] !== 'whole' || !isReceptiveField(receptiveField)) return []
    const apply = feature.by.apply as Total['apply']
    return [
      {
        feature: feature.of,
        adds: feature.by.tiling === 'sum' ? 'sum' : 'mean',
        window: ONE,
        receptiveField,
        apply,
        reference: undefined,
        becomes: { feature: at },
      },
    ]
  })
  return right({ all: [...features, ...parts.flatMap((part) => ('refused' in part ? [] : part))], isWhole: (at) => fields[at] === 'whole' })
}

const ONE: readonly [number, number] = [1, 1]

const isReceptiveField = (field: TiledField | undefined): field is ReceptiveField => typeof field === 'object' && 'stride' in field

const fieldAt = (plan: Plan, extractor: AnyExtractor | undefined, at: number, before: readonly TiledField[]): TiledField => {
  const feature = plan.features[at]
  if (feature?._tag === 'Transformed') return transformedField(feature.by, before[feature.of] ?? SINGLE_PIXEL)
  const tap = tapOf(plan, at)
  if (tap === undefined || extractor === undefined) return SINGLE_PIXEL
  const owner = networksOf(extractor).find(({ layers }) => layers.includes(tap.layer)) ?? extractor
  if (owner.live) return { refused: `the extractor ${owner.name} is in training, and tiles give its variables no gradient` }
  const field = owner.receptiveField?.(tap)
  if (field === undefined) return { refused: `the extractor ${owner.name} does not define the receptive field of ${tap.layer}` }
  const view = feature?._tag === 'Layer' && feature.of !== undefined ? (before[feature.of] ?? SINGLE_PIXEL) : SINGLE_PIXEL
  return isReceptiveField(view) ? composeFields(view, field) : view
}

const transformedField = ({ id, mask, tiling }: AppliedTransform, of: TiledField): TiledField => {
  if (typeof of === 'object' && 'refused' in of) return of
  if (mask !== undefined) return { refused: `${id} needs a mask, which is resampled as a whole` }
  if (of === 'whole') return of
  if (tiling === undefined) return silent(id)
  if (typeof tiling === 'string') return 'whole'
  return 'refused' in tiling ? { refused: `${id} ${tiling.refused}` } : composeFields(of, fieldOfReach(tiling.reach))
}

const silent = (id: string): { readonly refused: string } => ({ refused: `${id} does not define how it adds up (\`tiling\` in its definition)` })

/** The parts of a term, empty for a term of finished totals; or why it has none. */
const termParts = (plan: Plan, { by, feature }: PlannedTerm, term: number, receptiveField: TiledField): readonly Total[] | { readonly refused: string } => {
  if (receptiveField === 'whole') return []
  if ('refused' in receptiveField) return receptiveField
  const definition = by._tag === 'Compare' ? by.metric : by.regularizer
  const { id, tiling } = definition
  if (by._tag === 'Compare' && by.metric.mask !== undefined) return { refused: `${id} needs a mask, which is resampled as a whole` }
  if (tiling === undefined) return silent(id)
  if (typeof tiling === 'object' && 'refused' in tiling) return { refused: `${id} ${tiling.refused}` }
  const { parts } = typeof tiling === 'string' ? { parts: [{ adds: tiling }] } : tiling
  const reference = by._tag === 'Compare' ? referencePosition(plan, by.reference) : undefined
  return parts.map(({ adds, window = ONE, apply: own }): Total => {
    const statistic = (own ?? definition.apply) as Total['apply']
    return { feature, adds, window, receptiveField, apply: statistic, reference, becomes: { term } }
  })
}
