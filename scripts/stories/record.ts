/** Runs the playground's stories as the page does, and keeps what it would show. */
import sharp from 'sharp'
import { encode, type Loss } from '../../src/index.js'
import { evaluate, optimise } from '../../playground/engine/compute.js'
import type { Job } from '../../playground/engine/job.js'
import type { Answer, Limits, Picture, Pictures } from '../../playground/engine/protocol.js'
import { scaled, within } from '../../playground/engine/scale.js'
import { namedSums } from '../../playground/loss/namedSums.js'
import { termsOf } from '../../playground/loss/terms.js'
import { changePicture } from '../../playground/pictures/change.js'
import { equalMse } from '../../playground/pictures/equalMse.js'
import type { Recording } from '../../playground/pictures/recordings.js'
import { nextMix, STORIES } from '../../playground/stories.js'

/** A recording with its frames. */
export interface Recorded {
  readonly recording: Recording
  readonly frames: readonly Picture[]
}

/** How many frames an optimisation has. */
const FRAMES = 18

const photograph = async (name: string): Promise<Picture> => {
  const file = new URL(`../../examples/images/${name}.jpg`, import.meta.url)
  const { data, info } = await sharp(file.pathname).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) }
}

/** What the worker does with a loss; its answers. The page's budget is far above what the stories take, so there is none here: what else this process holds must not make pictures smaller. */
const jobOf = (loss: Loss<string, string>, pictures: Pictures, side: number, say: (answer: Answer) => void): Job => {
  const limits: Limits = { side, shaping: 'fit', bytes: Infinity }
  return { id: 1, loss: encode(loss), limits, pictures, token: { cancelled: false }, say }
}

/** The steps that are shown: many at the beginning, when most changes. */
const shownSteps = (steps: number): readonly number[] => [
  ...new Set(Array.from({ length: FRAMES }, (_, i) => 1 + Math.round((steps - 1) * (i / (FRAMES - 1)) ** 2))),
]

/** Runs the optimisation of a story, all of it or its first steps. */
export const recordOptimisation = async (name: 'block4' | 'paint', steps: number = STORIES[name].settings.descent.steps): Promise<Recorded> => {
  const { loss, settings } = STORIES[name]
  const prediction = await photograph(settings.target)
  const references = { target: prediction, ...(name === 'paint' ? { style: await photograph('swirls') } : {}) }
  const [values, pictures]: [number[], Picture[]] = [[], []]
  const hear = (answer: Answer): void => {
    if (answer.kind !== 'step') return
    values.push(answer.value)
    pictures.push(answer.picture)
  }
  await optimise({ ...settings.descent, steps }, jobOf(loss, { prediction, references }, settings.side, hear))
  const shown = shownSteps(steps)
  return recorded(
    shown,
    { loss: values },
    shown.flatMap((step) => pictures[step - 1] ?? []),
  )
}

/** The places at which the slider of "Why not MSE?" stops. */
const stops = (mix: number): readonly number[] => {
  const next = nextMix(mix)
  return [mix, ...(next === undefined ? [] : stops(next))]
}

/** Moves the slider from end to end, or to these places. */
export const recordSlider = async (places = stops(STORIES.mse.settings.mix)): Promise<Recorded> => {
  const { loss, settings } = STORIES.mse
  const chosen = await photograph(settings.target)
  const target = scaled(chosen, within(chosen, settings.side), 'fit')
  const blurred = changePicture(target, 'blurred')
  const values: Record<string, number[]> = {}
  const frames: Picture[] = []
  for (const mix of places) {
    const prediction = equalMse(target, blurred, mix)
    frames.push(prediction)
    await evaluate(
      jobOf(loss, { prediction, references: { target } }, settings.side, (answer) => {
        if (answer.kind === 'value') for (const [measure, value] of namedSums(termsOf(loss), answer.rows)) (values[measure] ??= []).push(value)
      }),
    )
  }
  return recorded(
    frames.map((_, i) => i + 1),
    values,
    frames,
  )
}

const recorded = (shown: readonly number[], values: Readonly<Record<string, readonly number[]>>, frames: readonly Picture[]): Recorded => {
  const { width, height } = frames[0] ?? { width: 0, height: 0 }
  const rounded = Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.map((value) => Number(value.toPrecision(4)))]))
  return { recording: { width, height, frames: shown, values: rounded }, frames }
}

/** The frames below each other, as a WebP file. */
export const stripOf = ({ recording: { width, height }, frames }: Recorded): Promise<Buffer> => {
  const data = Buffer.concat(frames.map((frame) => new Uint8Array(frame.data)))
  return sharp(data, { raw: { width, height: height * frames.length, channels: 4 } })
    .removeAlpha()
    .webp({ quality: 75, effort: 6, smartSubsample: true })
    .toBuffer()
}
