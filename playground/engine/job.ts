/** A job of the worker: the loss, the networks it needs, and its pictures as tensors. */
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import {
  tryDecode,
  LossException,
  tryCompile,
  type CompiledLoss,
  type CompileOptions,
  type Extractor,
  type Loss,
  type LossDocument,
  type LossError,
} from 'perceptual-loss'
import { extractorFor } from './networks.js'
import type { Answer, Limits, Picture, Pictures } from './protocol.js'
import type { Size } from './resample.js'
import { scaled, within } from './scale.js'
import { batchOf, maskOf } from './tensors.js'
import { turnOf, type Token } from './turn.js'

/** What a computation is about. */
export interface Job {
  readonly id: number
  readonly loss: LossDocument
  readonly limits: Limits
  readonly pictures: Pictures
  readonly token: Token
  readonly say: (answer: Answer) => void
}

/** The default name of the reference. */
const TARGET = 'target'

const right = <A>(either: E.Either<LossError, A>): A => {
  if (E.isLeft(either)) throw new LossException(either.left)
  return either.right
}

/** A loss and the networks it needs. */
export interface Loaded {
  readonly loss: Loss<string, string>
  readonly extractor: Extractor<string> | undefined
}

/** Decodes the loss and loads its networks. */
export const load = async (job: Job): Promise<Loaded> => {
  const loaded = await loadFor(job.loss, job.say)
  await turnOf(job.token)
  return loaded
}

/** As `load`, for what nothing cancels. */
export const loadFor = async (document: LossDocument, say: Job['say']): Promise<Loaded> => {
  const loss = right(tryDecode(document))
  const extractor = await extractorFor(loss, (network, received, total) => {
    say({ kind: 'loading', network, received, total })
  })
  return { loss, extractor }
}

/** The size of the target, whose pixels are compared. */
export const sizeOf = ({ references, prediction }: Pictures): Size => {
  const { width, height } = references[TARGET] ?? prediction
  return { width, height }
}

/** The compiled loss, or why there is none. */
export const tryCompiled = (
  loss: Loss<string, string>,
  extractor: Extractor<string> | undefined,
  options: CompileOptions,
): E.Either<LossError, CompiledLoss<string>> =>
  extractor === undefined ? tryCompile(loss as Loss<never, string>, options) : tryCompile(loss, extractor, options)

/** The compiled loss. */
export const compiledOver = (loss: Loss<string, string>, extractor: Extractor<string> | undefined): CompiledLoss<string> =>
  right(tryCompiled(loss, extractor, {}))

/** The target and the masks have the prediction's size, other references their own. */
export const referencesAt = ({ needs }: CompiledLoss<string>, { references }: Pictures, size: Size, { side }: Limits): Record<string, Tensor4D> => {
  const need = (name: string): Picture => {
    const picture = references[name]
    if (picture === undefined) throw new Error(`The loss looks at '${name}': choose a picture for it.`)
    return picture
  }
  const ownSize = (name: string): Size => within(need(name), side === 'full' ? Infinity : side)
  const pictures = needs.references.map((name) => [name, batchOf(scaled(need(name), name === TARGET ? size : ownSize(name), 'crop'))] as const)
  const masks = needs.masks.map((name) => [name, maskOf(scaled(need(name), size, 'crop'))] as const)
  return Object.fromEntries([...pictures, ...masks])
}
