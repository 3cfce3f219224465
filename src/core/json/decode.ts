/**
 * From JSON to a loss: an io-ts codec made for a list of definitions.
 *
 * Laws: `decode(encode(loss))` returns an equal loss; any other value gives a Left with the place, what was received, what was expected, and the nearest known name. No
 * document, however deep, long or strange, takes more than milliseconds or throws.
 */
import { either as E, function as F } from 'fp-ts'
import * as t from 'io-ts'
import { type JsonProblem, type LossError } from '../errors/lossError.js'
import type { AnyExtractor, Extractor } from '../language/extractor.js'
import { foreignKind } from '../errors/foreignKind.js'
import { formatValue } from '../errors/formatValue.js'
import { isFeature, isPicture, layer, pixels, type AnyFeature, type Picture, type Tap } from '../language/feature.js'
import { isLoss, type AnyLoss, type Compare, type Loss, type Regularize } from '../language/loss.js'
import { aDefinitionList, definitionTable, takesSeveral, type Definition, type DefinitionTable, type Kind } from './definitionTable.js'
import { encodeFeature, encodeLoss, VERSION, type FeatureJson, type LossDocument, type LossJson } from './document.js'
import { limitProblem, documentProblem } from './documentLimits.js'
import { anyRecord, failure, enterKey, isRecord, problems, record, failWith, nonEmptyText } from './strictRecord.js'
import { anExtractor } from '../language/lossGuards.js'
import { add, compare, name, scale } from '../language/build.js'
import { oneOf, weight } from '../arguments/codecs.js'
import { optionsProblem, type Options } from '../arguments/checkOptions.js'
import { LossException } from '../errors/lossException.js'

/** Options of `decode`. */
export interface DecodeOptions<L extends string = string> {
  /** Metrics, regularizers and transforms besides the built-in ones, as returned by `defineMetric` and its siblings. */
  readonly definitions?: readonly Definition[]
  /** The network of the loss: layers that it does not have are then rejected here instead of by `compile`. */
  readonly extractor?: Extractor<L>
}

/** Pixels, promises and models are not documents; counting their parts would take seconds. */
const foreignProblem = (json: unknown): JsonProblem | undefined =>
  typeof json === 'object' && json !== null && foreignKind(json) !== undefined ? documentProblem(formatValue(json), 'JSON as returned by encode') : undefined

const DECODE_OPTIONS = { definitions: aDefinitionList, extractor: anExtractor }

type Codec = E.Either<LossError, t.Type<AnyLoss, LossDocument>>

/** `decode` for a list of built-in definitions; their codec is created once. */
export const decoder = (builtIn: readonly Definition[]) => {
  const codecFor = (definitions: readonly Definition[], extractor?: AnyExtractor): Codec =>
    F.pipe(
      definitionTable([...builtIn, ...definitions]),
      E.map((table) => documentCodec(lossCodec(table, extractor))),
    )
  let made: Codec | undefined
  const usual = (): Codec => (made ??= codecFor([]))
  return <L extends string = string>(json: unknown, options: DecodeOptions<L> = {}): E.Either<LossError, Loss<L, string>> => {
    const problem = optionsProblem('decode', options, DECODE_OPTIONS)
    if (problem !== undefined) return E.left(problem)
    const { definitions = [], extractor } = options
    const tooMuch = foreignProblem(json) ?? limitProblem(json)
    if (tooMuch !== undefined) return E.left({ _tag: 'BadJson', problems: [tooMuch] })
    return F.pipe(
      definitions.length === 0 && extractor === undefined ? usual() : codecFor(definitions, extractor),
      E.chain((codec) =>
        F.pipe(
          codec.decode(json),
          E.mapLeft((failures): LossError => ({ _tag: 'BadJson', problems: problems(failures) })),
        ),
      ),
      E.map((loss) => loss as Loss<L, string>),
    )
  }
}

/** A document of the current version; every older version will have its own codec. */
const documentCodec = (loss: t.Type<AnyLoss, LossJson>) => {
  const whole = record({ version: thisVersion, loss }, { $schema: nonEmptyText })
  return new t.Type(
    'a document',
    isLoss,
    (u, c) =>
      F.pipe(
        whole(u, c),
        E.map((document) => document.loss),
      ),
    (loss): LossDocument => ({ version: VERSION, loss: encodeLoss(loss) }),
  )
}

const thisVersion: t.Type<typeof VERSION, unknown> = new t.Type(
  `the version ${String(VERSION)}`,
  (u): u is typeof VERSION => u === VERSION,
  (u, c) => (u === VERSION ? t.success(u) : failWith(u, c, `the version ${String(VERSION)} (newer versions need a newer release of this package)`)),
  t.identity,
)

type Branches<A> = Readonly<Record<string, t.Validate<unknown, A>>>

/** Chooses the codec by the key that identifies an object. */
const byKey =
  <A>(what: string, expected: string, branches: Branches<A>): t.Validate<unknown, A> =>
  (u, context) => {
    const keys = Object.keys(branches)
    const key = isRecord(u) ? keys.find((candidate) => Object.hasOwn(u, candidate)) : undefined
    const branch = key === undefined ? undefined : branches[key]
    return branch === undefined ? untold(what, expected, keys)(u, context) : branch(u, context)
  }

/** No key identifies the object; suggests the key that a mistyped one probably means. */
const untold =
  (what: string, expected: string, keys: readonly string[]): t.Validate<unknown, never> =>
  (u, context) => {
    const [written] = isRecord(u) ? Object.keys(u).filter((key) => !['loss', 'feature', 'options'].includes(key)) : []
    return written === undefined
      ? failWith(u, context, expected)
      : failWith(written, enterKey(context, written, undefined), `a key that identifies ${what}`, keys, 'an unknown key')
  }

const featureCodec = (table: DefinitionTable, extractor: AnyExtractor | undefined): t.Type<AnyFeature, FeatureJson> =>
  t.recursion('feature', (self) => {
    const place = record({ layer: nonEmptyText }, { activation: oneOf('post', 'pre'), pooling: oneOf('max', 'average', 'l2'), of: picture(self) })
    const transformation = record({ transform: idOf(table, 'transform'), feature: self }, { options: anyRecord })
    const objects = byKey<AnyFeature>('a feature', 'a feature: "pixels", or an object with layer or transform', {
      layer: (u, c) => F.pipe(place(u, c), E.chain(at(extractor, c))),
      transform: (u, c) =>
        F.pipe(
          transformation(u, c),
          E.chain(({ transform, feature, options }) => applied<AnyFeature>(transform, feature, options, c)),
        ),
    })
    const validate: t.Validate<unknown, AnyFeature> = (u, c) => (u === 'pixels' ? t.success(pixels) : objects(u, c))
    return new t.Type('feature', isFeature, validate, encodeFeature)
  })

/** What a metric compares besides its first feature. */
const severalFeatures = (feature: t.Type<AnyFeature, FeatureJson>): t.Type<readonly AnyFeature[], unknown> => {
  const list = t.readonlyArray(feature)
  return new t.Type(
    'a list of features',
    list.is,
    (u, c) => (Array.isArray(u) && u.length > 0 ? list.validate(u, c) : failWith(u, c, 'a list of at least one feature')),
    list.encode,
  )
}

/** What a network looks at. */
const picture = (feature: t.Type<AnyFeature, FeatureJson>): t.Type<Picture<string>, FeatureJson> =>
  new t.Type(
    'a picture',
    (u): u is Picture<string> => isFeature(u) && isPicture(u),
    (u, c) =>
      F.pipe(
        feature.validate(u, c),
        E.chain((of) => (isPicture(of) ? t.success(of) : failWith(u, c, '"pixels" or a transform of them, for a network looks at pictures'))),
      ),
    encodeFeature,
  )

/** The layer, if the network has it. */
const at =
  (extractor: AnyExtractor | undefined, context: t.Context) =>
  ({ of, ...given }: Pick<Tap, 'layer'> & Partial<Tap> & { readonly of?: Picture<string> }): t.Validation<AnyFeature> => {
    const tap: Tap = { activation: 'post', pooling: 'max', ...given }
    const found = extractor === undefined ? tap : extractor.resolve(tap)
    if (found !== undefined && !('reason' in found)) return t.success(layer(tap, of))
    const here = enterKey(context, 'layer', tap.layer)
    const network = extractor?.name ?? ''
    return found === undefined
      ? failWith(tap.layer, here, `a layer of ${network}`, extractor?.layers)
      : failWith(tap.layer, here, `what ${network} has: ${found.reason}`)
  }

const lossCodec = (table: DefinitionTable, extractor: AnyExtractor | undefined): t.Type<AnyLoss, LossJson> =>
  t.recursion('loss', (self) => {
    const feature = featureCodec(table, extractor)
    const comparison = record({ metric: idOf(table, 'metric'), feature }, { options: anyRecord, against: nonEmptyText, beside: severalFeatures(feature) })
    const judgement = record({ regularizer: idOf(table, 'regularizer'), feature }, { options: anyRecord })
    const product = record({ weight, loss: self }, {})
    const sum = record({ sum: t.array(self) }, {})
    const label = record({ name: nonEmptyText, loss: self }, {})
    const validate = byKey<AnyLoss>('a loss', 'a loss: an object with metric, regularizer, weight, sum or name', {
      metric: (u, c) =>
        F.pipe(
          comparison(u, c),
          E.chain(({ metric, feature, beside, options, against }) =>
            beside !== undefined && !takesSeveral(metric.definition)
              ? failWith('beside', enterKey(c, 'beside', beside), `no further features, for ${metric.definition.id} compares one`)
              : F.pipe(
                  applied<Compare<string, string>>(metric, beside === undefined ? feature : [feature, ...beside], options, c),
                  E.map((leaf) => (against === undefined ? leaf : compare(leaf.metric, leaf.feature, against, leaf.beside))),
                ),
          ),
        ),
      regularizer: (u, c) =>
        F.pipe(
          judgement(u, c),
          E.chain(({ regularizer, feature, options }) => applied<Regularize<string, string>>(regularizer, feature, options, c)),
        ),
      weight: (u, c) => F.pipe(product(u, c), E.chain(scaled(c))),
      sum: (u, c) =>
        F.pipe(
          sum(u, c),
          E.map((parts) => add(parts.sum)),
        ),
      name: (u, c) =>
        F.pipe(
          label(u, c),
          E.map((named) => name(named.name, named.loss)),
        ),
    })
    return new t.Type('loss', isLoss, validate, encodeLoss)
  })

/** A definition by its id. */
const idOf = (table: DefinitionTable, kind: Kind): t.Type<Definition, string> => {
  const known = [...table.values()].filter(({ definition }) => definition.kind === kind).map(({ definition }) => definition.id)
  return new t.Type(
    `the id of a ${kind}`,
    (u): u is Definition => [...table.values()].includes(u as Definition),
    (u, c) => {
      const found = typeof u === 'string' ? table.get(u) : undefined
      if (found?.definition.kind === kind) return t.success(found)
      const other = found === undefined ? '' : ` (${found.definition.id} is a ${found.definition.kind})`
      return failWith(u, c, `the id of a ${kind}${other}`, known)
    },
    ({ definition }) => definition.id,
  )
}

/** The loss or feature that a definition creates with these options. */
const applied = <A>(by: Definition, feature: AnyFeature | readonly AnyFeature[], options: Options | undefined, context: t.Context): t.Validation<A> => {
  const configure = by.with as (options: Options) => (feature: AnyFeature | readonly AnyFeature[]) => A
  const problem = thrown(() => configure(options ?? {})(feature))
  if (E.isRight(problem)) return t.success(problem.right)
  const error = problem.left
  const inside = enterKey(context, 'options', options)
  return error._tag === 'BadOptions'
    ? t.failures(error.problems.map(({ path, received, expected }) => failure(options, enterKey(inside, path, undefined), expected, [], received)))
    : failWith(options, inside, `options that ${by.definition.id} accepts`)
}

const scaled =
  (context: t.Context) =>
  ({ weight, loss }: { readonly weight: number; readonly loss: AnyLoss }): t.Validation<AnyLoss> =>
    F.pipe(
      thrown(() => scale(weight, loss)),
      E.mapLeft(() => [failure(weight, enterKey(context, 'weight', weight), 'a weight whose product with the weights inside fits float32')]),
    )

const thrown = <A>(make: () => A): E.Either<LossError, A> =>
  E.tryCatch(make, (error) => {
    if (error instanceof LossException) return error.error
    throw error
  })
