/** What the worker computes: the value with its breakdown and heat map, and pictures that a loss makes. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { PreparedLoss } from 'perceptual-loss'
import { boundOf, fitted, peakOf } from './fit.js'
import { beyondBudget, breakdownInTiles } from './fullSize.js'
import { compiledOver, load, referencesAt, sizeOf, type Job, type Loaded } from './job.js'
import type { Descent, Fitted } from './protocol.js'
import { scaled } from './scale.js'
import { batchOf, pictureOf } from './tensors.js'
import { turnOf } from './turn.js'

/** The longest side of the heat map of a picture that is computed in tiles. */
const HEAT_SIDE = 512

/** Value and breakdown first, then the heat map. */
export const evaluate = async (job: Job): Promise<void> => {
  const { id, say, token, pictures, limits } = job
  const loaded = await load(job)
  const full = limits.side === 'full' ? await beyondBudget(loaded, pictures, limits) : undefined
  if (full === undefined) return prepared(job, loaded, evaluateWhole(job))
  say({ kind: 'doing', id, what: 'Computing' })
  const started = performance.now()
  const { rows, size } = await breakdownInTiles(job, loaded, full)
  say({ kind: 'value', id, rows, fitted: size, milliseconds: performance.now() - started })
  await turnOf(token)
  await prepared({ ...job, limits: { ...limits, side: HEAT_SIDE } }, loaded, heat(job))
}

const evaluateWhole =
  (job: Job): Use =>
  async (loss, image, size) => {
    await turnOf(job.token)
    const started = performance.now()
    const rows = await loss.breakdown(image)
    job.say({ kind: 'value', id: job.id, rows, fitted: size, milliseconds: performance.now() - started })
    await heat(job)(loss, image, size)
  }

const heat =
  ({ id, say, token }: Job): Use =>
  async (loss, image, fitted) => {
    await turnOf(token)
    const map = loss.heatmap(image)
    const values = await map.data<'float32'>()
    map.dispose()
    say({ kind: 'heat', id, heat: Float32Array.from(values), fitted })
  }

/** Adam on the picture's pixels, within [0, 1]; says every step. */
export const optimise = async (descent: Descent, job: Job): Promise<void> =>
  prepared(job, await load(job), async (loss, image) => {
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
const prepared = async ({ id, limits, pictures, token, say }: Job, { loss, extractor }: Loaded, use: Use): Promise<void> => {
  const compiled = compiledOver(loss, extractor)
  say({ kind: 'doing', id, what: 'Finding the size that fits' })
  const size = await fitted(sizeOf(pictures), limits, peakOf(loss, extractor), boundOf(loss, extractor))
  await turnOf(token)
  say({ kind: 'doing', id, what: 'Computing' })
  const image = batchOf(scaled(pictures.prediction, size, limits.shaping))
  const references = referencesAt(compiled, pictures, size, limits)
  try {
    const fixed = compiled.prepare(references)
    await use(fixed, image, size)
  } finally {
    tf.dispose([image, references])
    compiled.dispose()
  }
}
