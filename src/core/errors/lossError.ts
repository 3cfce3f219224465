/**
 * Every error as a value.
 *
 * A `LossError` is a tagged union; `describeError` (`errorMessages.ts`) is its only fold. Functions that can fail return `Either<LossError, A>`, or throw a `LossException` with the
 * same value (`compile`, `weighted(NaN)`).
 */
import type { Shape } from './shape.js'

/** A wrong option: where it is, what was received and what was expected. */
export interface OptionProblem {
  readonly path: string
  readonly received: string
  readonly expected: string
}

/** A problem in a JSON document: where it is, what was received and what was expected. */
export interface JsonProblem {
  /** The path, such as `loss.sum[1].metric`; empty for the document itself. */
  readonly path: string
  readonly received: string
  readonly expected: string
  /** The names accepted there; empty where no name is expected. */
  readonly known: readonly string[]
  /** The known name nearest to the received one, if any is near. */
  readonly nearest: string | undefined
}

/** Every error that the package returns or throws, tagged by `_tag`. */
export type LossError =
  | { readonly _tag: 'BadDefinition'; readonly id: string; readonly reason: string }
  | { readonly _tag: 'DuplicateDefinition'; readonly id: string; readonly known: readonly string[] }
  | { readonly _tag: 'BadJson'; readonly problems: readonly JsonProblem[] }
  | { readonly _tag: 'BadOptions'; readonly id: string; readonly problems: readonly OptionProblem[] }
  | { readonly _tag: 'BadArgument'; readonly name: string; readonly received: string; readonly expected: string }
  | { readonly _tag: 'BadWeight'; readonly weight: number }
  | { readonly _tag: 'MissingExtractor'; readonly layers: readonly string[] }
  | { readonly _tag: 'UnknownLayer'; readonly layer: string; readonly extractor: string; readonly known: readonly string[] }
  | { readonly _tag: 'UnsupportedTap'; readonly tap: string; readonly extractor: string; readonly reason: string }
  | { readonly _tag: 'Disposed'; readonly what: string }
  | { readonly _tag: 'AnotherTensorFlow'; readonly what: string; readonly ours: string }
  | { readonly _tag: 'BackendLost'; readonly backend: string; readonly reason: string }
  | { readonly _tag: 'KernelMissing'; readonly backend: string; readonly kernel: string }
  | { readonly _tag: 'OutOfMemory'; readonly backend: string; readonly asked: number; readonly held: number }
  | { readonly _tag: 'MissingReference'; readonly name: string; readonly given: readonly string[] }
  | { readonly _tag: 'MissingMask'; readonly name: string; readonly given: readonly string[] }
  | { readonly _tag: 'BadMask'; readonly name: string; readonly received: string; readonly expected: string }
  | {
      readonly _tag: 'BadImages'
      readonly name: string
      readonly problem: 'tensor' | 'rank' | 'dtype' | 'channels' | 'empty'
      readonly received: string
      readonly remedy?: string
    }
  | { readonly _tag: 'BatchMismatch'; readonly name: string; readonly reference: number; readonly prediction: number }
  | { readonly _tag: 'TooSmall'; readonly name: string; readonly size: Shape; readonly layer: string; readonly minimum: number; readonly remedy?: string }
  | { readonly _tag: 'UnfitSize'; readonly name: string; readonly size: Shape; readonly layer: string; readonly reason: string }
  | { readonly _tag: 'LayerInBoth'; readonly layer: string; readonly extractors: readonly [string, string] }
  | { readonly _tag: 'FeaturesDiffer'; readonly term: string; readonly name: string; readonly reference: Shape; readonly prediction: Shape }
  | { readonly _tag: 'WrongFeatureShape'; readonly term: string; readonly received: Shape; readonly reason: string; readonly needed?: number }
  | { readonly _tag: 'NotTileable'; readonly term: string; readonly reason: string }
  | { readonly _tag: 'NoTiledHeat' }
  | { readonly _tag: 'NoSecondDerivative'; readonly terms: readonly string[]; readonly reason: string }
  | { readonly _tag: 'MemoryTooSmall'; readonly name: string; readonly size: Shape; readonly memory: string; readonly needed: string }
  | { readonly _tag: 'WrongResultShape'; readonly id: string; readonly received: Shape; readonly expected: Shape }
  | { readonly _tag: 'OutOfRange'; readonly name: string; readonly min: number; readonly max: number; readonly range: readonly [number, number] }
  | { readonly _tag: 'NotFinite'; readonly name: string; readonly count: number; readonly size: number }
  | { readonly _tag: 'NotFiniteInside'; readonly what: string; readonly count: number; readonly size: number; readonly reason: string }
  | { readonly _tag: 'WeightsMissing'; readonly network: string; readonly files: string }
  | { readonly _tag: 'WeightsUnreadable'; readonly source: string; readonly reason: string }
  | { readonly _tag: 'ModelUnreadable'; readonly source: string; readonly reason: string }
  | { readonly _tag: 'WeightsAltered'; readonly source: string; readonly received: string; readonly expected: string }
  | {
      readonly _tag: 'WeightsUnfit'
      readonly source: string
      readonly network: string
      readonly tensor: string
      readonly received: string
      readonly expected: string
    }
  | { readonly _tag: 'NoWeight'; readonly term: string; readonly reason: string }
  | { readonly _tag: 'NoFit'; readonly reason: string }
  | {
      readonly _tag: 'LawBroken'
      readonly loss: string
      readonly law: string
      readonly statement: string
      readonly observed: string
      readonly runs: number
      readonly seed: number
      readonly program: string
    }
  | { readonly _tag: 'WeightsUnwritable'; readonly path: string; readonly reason: string }
  | { readonly _tag: 'NoPythonForm'; readonly id: string; readonly known: readonly string[] }
  | { readonly _tag: 'NoOnnxForm'; readonly reason: string }
  | { readonly _tag: 'ImageUnreadable'; readonly path: string; readonly reason: string }
  | { readonly _tag: 'ImageUnwritable'; readonly path: string; readonly reason: string }
  | { readonly _tag: 'UnequalSizes'; readonly reference: string; readonly picture: string; readonly sizes: readonly [reference: string, picture: string] }
  | { readonly _tag: 'ReferenceMissing'; readonly path: string; readonly reason: string }
  | { readonly _tag: 'ReferenceShared'; readonly path: string; readonly tests: readonly [first: string, second: string] }
  | { readonly _tag: 'NotAwaited'; readonly matcher: string }
  | {
      readonly _tag: 'SizesDiffer'
      readonly picture: Shape
      readonly reference: Shape
      readonly path: string
      /** Lines that name the written pictures. */
      readonly files: readonly string[]
      /** The option that replaces the reference. */
      readonly update: string
    }
  | { readonly _tag: 'NativeUnavailable'; readonly reason: string; readonly remedy: string }

export type Tag = LossError['_tag']
export type Of<T extends Tag> = Extract<LossError, { readonly _tag: T }>
