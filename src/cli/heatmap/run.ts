/** Draws where two pictures differ: from the arguments of a command to a file. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { heatmapToImage, writeImage } from '../../node/index.js'
import { startBackend } from '../backend.js'
import { compileNamed, namedLoss } from '../losses.js'
import { networks } from '../networks.js'
import type { Output } from '../output.js'
import { checkWritable, readPair } from '../pictures.js'
import { writeHeatSheet } from './sheet.js'

/** What is asked for. */
export interface Heatmap {
  readonly reference: string
  readonly picture: string
  readonly out: string
  readonly loss: string
  /** The heat that is shown brightest. */
  readonly max: number | undefined
  /** Whether the map is written without the pictures. */
  readonly alone: boolean
  readonly resize: boolean
  readonly weights: readonly string[]
  readonly backend: string
}

/** Compares, draws and says what is to be seen. */
export const drawHeatmap = async (asked: Heatmap, output: Output): Promise<void> => {
  await checkWritable(asked.out, asked.alone ? undefined : ['.png'])
  const named = await namedLoss(asked.loss)
  await startBackend(asked.backend)
  const { reference, picture, surprises } = await readPair(asked, asked.resize)
  for (const words of surprises) output.err(`perceptual-loss: ${words}`)
  const f = await compileNamed(named, networks(asked.weights))
  const heat = f.heatmap(reference, picture)
  const largest = await numberOf(() => tf.max(heat))
  const max = asked.max ?? (largest > 0 ? largest : 1)
  if (asked.alone) await writeAlone(asked.out, heat, max)
  else await writeHeatSheet(asked.out, { reference, picture, heat, max })
  const value = await numberOf(() => f(reference, picture))
  output.out(`${asked.out}: ${named.title} is ${short(named.report(value))}; the heat is ${short(largest)} at most, ${short(max)} is shown brightest`)
  tf.dispose([reference, picture, heat])
  f.dispose()
}

const writeAlone = async (out: string, heat: Tensor4D, max: number): Promise<void> => {
  const image = heatmapToImage(heat, { max })
  await writeImage(out, image)
  image.dispose()
}

const numberOf = async (make: () => tf.Tensor): Promise<number> => {
  const value = tf.tidy(make)
  const [number = Number.NaN] = await value.data()
  value.dispose()
  return number
}

const short = (value: number): string => String(Number(value.toPrecision(4)))
