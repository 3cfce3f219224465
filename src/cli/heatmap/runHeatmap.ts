/** Draws where two pictures differ: from the arguments of a command to a file. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { CompiledLoss } from '../../index.js'
import { heatmapToImage, writeImage } from '../../node/index.js'
import { aboutFiles } from '../errorsByFile.js'
import { shownWhile } from '../activity.js'
import { startBackend } from '../startBackend.js'
import { compileNamed, namedLoss } from '../namedLosses.js'
import { networks } from '../namedNetworks.js'
import type { Output } from '../output.js'
import { stackedPairs } from '../compare/batches.js'
import { checkWritable, readPair, type Both } from '../readPictures.js'
import { checkSources } from '../sourceBytes.js'
import { writeHeatSheet } from './heatmapSheet.js'
import { printable } from '../printable.js'

/** The arguments of the command. */
export interface Heatmap {
  readonly reference: string
  readonly picture: string
  readonly out: string
  readonly loss: string
  /** The value shown brightest. */
  readonly max: number | undefined
  /** Whether only the map is written. */
  readonly alone: boolean
  readonly resize: boolean
  readonly weights: readonly string[]
  readonly backend: string
}

/** Compares, draws, and prints a summary. */
export const drawHeatmap = async (asked: Heatmap, output: Output): Promise<void> => {
  await checkWritable(asked.out, asked.alone ? undefined : ['.png'])
  const named = await namedLoss(asked.loss)
  checkSources([asked.reference, asked.picture])
  const { pair, f, backgrounds, reference, picture, value, heat } = await shownWhile(output, async (say) => {
    say(`loading networks for ${named.title}`)
    await startBackend(asked.backend)
    const pair = await readPair(asked, asked.resize)
    const f = await compileNamed(named, networks(asked.weights))
    say(`comparing with ${named.title}`)
    const backgrounds = stackedPairs([pair])
    const most = await aboutFiles({ prediction: asked.picture, target: asked.reference }, () => furthest(f, backgrounds))
    say('drawing')
    return { pair, f, backgrounds, ...most, heat: f.heatmap(most.reference, most.picture) }
  })
  for (const words of pair.surprises) output.err(`perceptual-loss: ${words}`)
  const largest = await numberOf(() => tf.max(heat))
  const max = asked.max ?? (largest > 0 ? largest : 1)
  if (asked.alone) await writeAlone(asked.out, heat, max)
  else await writeHeatSheet(asked.out, { reference, picture, heat, max })
  output.out(
    `${printable(asked.out)}: ${printable(named.title)} is ${short(named.report(value))}; the largest heat is ${short(largest)}, and ${short(max)} is shown brightest`,
  )
  tf.dispose([...backgrounds.flatMap((both) => [both.reference, both.picture]), heat])
  f.dispose()
}

/** The two pictures on the background where they differ most, and their distance there. */
const furthest = async (f: CompiledLoss<string>, backgrounds: readonly Both[]): Promise<Both & { readonly value: number }> => {
  const all = await Promise.all(backgrounds.map(async (both) => ({ ...both, value: await numberOf(() => f(both.reference, both.picture)) })))
  return all.reduce((most, one) => (one.value > most.value ? one : most))
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
