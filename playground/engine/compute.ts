/** What the worker computes: the value and where it comes from, and pictures that a loss makes. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { tryDecode, LossException, tryCompile, type CompiledLoss, type Extractor, type Loss, type LossDocument, type PreparedLoss } from 'perceptual-loss'
import { NETWORK_TITLES } from '../loss/layers.js'
import { fitted, peakOf } from './fit.js'
import { extractorFor } from './networks.js'
import type { Answer, Descent, Fitted, Limits, Picture, Pictures } from './protocol.js'
import { scaled, within, type Size } from './scale.js'
import { batchOf, maskOf, pictureOf } from './tensors.js'
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

/** The name that losses compare with where they say nothing. */
const TARGET = 'target'

const right = <A>(either: E.Either<ConstructorParameters<typeof LossException>[0], A>): A => {
  if (E.isLeft(either)) throw new LossException(either.left)
  return either.right
}

/** Value and breakdown first, then the heat map. */
export const evaluate = async (job: Job): Promise<void> => {
  const { id, say, token } = job
  await prepared(job, async (loss, image, size) => {
    await turnOf(token)
    const started = performance.now()
    const rows = await loss.breakdown(image)
    say({ kind: 'value', id, rows, fitted: size, milliseconds: performance.now() - started })
    await turnOf(token)
    const heat = loss.heatmap(image)
    const values = await heat.data<'float32'>()
    heat.dispose()
    say({ kind: 'heat', id, heat: Float32Array.from(values), fitted: size })
  })
}

/** Adam on the picture's pixels, within [0, 1]; says every step. */
export const optimise = (descent: Descent, job: Job): Promise<void> =>
  prepared(job, async (loss, image) => {
    const variable = tf.variable(startOf(descent, image))
    const optimizer = tf.train.adam(descent.rate)
    try {
      for (let step = 1; step <= descent.steps; step++) {
        const cost = optimizer.minimize(() => loss(variable), true, [variable])
        tf.tidy(() => {
          variable.assign(tf.clipByValue(variable, 0, 1))
        })
        const [value = Number.NaN] = (await cost?.data()) ?? []
        cost?.dispose()
        if (!Number.isFinite(value)) throw new Error(`The loss became ${String(value)} at step ${String(step)}: a lower rate may help.`)
        job.say({ kind: 'step', id: job.id, step, value, picture: await pictureOf(variable) })
        await turnOf(job.token)
      }
    } finally {
      optimizer.dispose()
      variable.dispose()
    }
  })

const startOf = ({ from }: Descent, image: Tensor4D): Tensor4D => {
  if (from === 'prediction') return tf.clone(image)
  return from === 'grey' ? tf.fill(image.shape, 0.5) : tf.randomUniform(image.shape, 0, 1, 'float32', 1)
}

type Use = (loss: PreparedLoss, image: Tensor4D, size: Fitted) => Promise<void>

/** Compiles the loss, scales the pictures to the size that fits, and frees all that was made for it. */
const prepared = async ({ id, loss: document, limits, pictures, token, say }: Job, use: Use): Promise<void> => {
  const loss = right(tryDecode(document))
  const extractor = await extractorFor(loss, (network) => {
    const { title, megabytes } = NETWORK_TITLES[network]
    say({ kind: 'doing', id, what: `Loading ${title} (${String(megabytes)} MB, once)` })
  })
  await turnOf(token)
  const compiled = compiledOver(loss, extractor)
  const leading = pictures.references[TARGET] ?? pictures.prediction
  say({ kind: 'doing', id, what: 'Finding the size that fits' })
  const size = await fitted(leading, limits, peakOf(loss, extractor))
  await turnOf(token)
  say({ kind: 'doing', id, what: 'Computing' })
  const image = batchOf(scaled(pictures.prediction, size))
  const references = referencesAt(compiled, pictures, size, limits.side)
  try {
    const fixed = compiled.prepare(references)
    await use(fixed, image, size)
  } finally {
    tf.dispose([image, references])
    compiled.dispose()
  }
}

const compiledOver = (loss: Loss<string, string>, extractor: Extractor<string> | undefined): CompiledLoss<string> =>
  right(extractor === undefined ? tryCompile(loss as Loss<never, string>) : tryCompile(loss, extractor))

/** The target and the masks have the prediction's size, other references their own. */
const referencesAt = ({ needs }: CompiledLoss<string>, { references }: Pictures, size: Size, side: number): Record<string, Tensor4D> => {
  const need = (name: string): Picture => {
    const picture = references[name]
    if (picture === undefined) throw new Error(`The loss looks at '${name}': choose a picture for it.`)
    return picture
  }
  const pictures = needs.references.map((name) => [name, batchOf(scaled(need(name), name === TARGET ? size : within(need(name), side)))] as const)
  const masks = needs.masks.map((name) => [name, maskOf(scaled(need(name), size))] as const)
  return Object.fromEntries([...pictures, ...masks])
}
