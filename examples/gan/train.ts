/** Training, from photographs to sample pictures. */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { show, vgg16 } from '../../src/index.js'
import { catchInterrupt, type Interrupt } from '../../src/cli/interrupt.js'
import { startBackend } from '../arguments.js'
import { makeFolder } from '../folder.js'
import { makeGame, type Game, type StepLosses } from './game.js'
import { discriminatorLoss, generatorLoss } from './objective.js'
import type { GanOptions } from './options.js'
import { makeBatches, newCodes, type Batch } from './patches.js'
import { progress, type Progress } from './progress.js'
import { writeSamples } from './samples.js'

/** How many pictures a row of the sheet has, at most. */
const SHOWN = 8

/** Runs it; gives the exit code: 0, or 130 after Ctrl-C. */
export const train = async (options: GanOptions): Promise<number> => {
  await startBackend(options.backend)
  await makeFolder(options.out)
  console.log(`The generator minimizes\n  ${show(generatorLoss(options))}\nthe discriminator\n  ${show(discriminatorLoss(options))}\n`)
  const batches = await makeBatches(options)
  const game = makeGame(await vgg16(), options, options, options.rate)
  const interrupt = catchInterrupt()
  const shown = progress(options.epochs, batches.length)
  const sampler = await makeSampler(game, batches, options)
  let sheet = await sampler(0)
  let epoch = 0
  while (epoch < options.epochs && !interrupt.asked()) {
    epoch++
    const whole = await runEpoch(game, batches, epoch, shown, interrupt)
    if (whole || epoch === 1) sheet = await sampler(epoch)
  }
  shown.end()
  interrupt.release()
  if (interrupt.asked()) console.log(`\nStopped in epoch ${String(epoch)} of ${String(options.epochs)}.`)
  console.log(`\nThe last samples (rows: real patches, pictures from their codes, pictures from new codes):\n  ${sheet}`)
  return interrupt.asked() ? 130 : 0
}

/** One epoch, or its start where it is interrupted; gives whether it was whole. */
const runEpoch = async (game: Game, batches: readonly Batch[], epoch: number, shown: Progress, interrupt: Interrupt): Promise<boolean> => {
  const start = performance.now()
  const all: StepLosses[] = []
  for (const { real, codes } of batches) {
    all.push(await game.step(real, codes))
    shown.step(epoch, all.length, all.at(-1) ?? { generator: Number.NaN, discriminator: Number.NaN })
    await setImmediate()
    if (interrupt.asked()) break
  }
  const mean = (of: (losses: StepLosses) => number): number => all.reduce((sum, losses) => sum + of(losses), 0) / all.length
  const losses = { generator: mean(({ generator }) => generator), discriminator: mean(({ discriminator }) => discriminator) }
  const rows = batches[0] === undefined ? [] : await game.breakdown(batches[0].real, batches[0].codes)
  shown.epoch({ epoch, losses, rows, seconds: (performance.now() - start) / 1000 })
  return all.length === batches.length
}

/** Writes the sheet of an epoch and gives its path. */
const makeSampler = async (game: Game, [first]: readonly Batch[], { out, seed }: GanOptions): Promise<(epoch: number) => Promise<string>> => {
  await setImmediate()
  const count = Math.min(SHOWN, first?.real.shape[0] ?? 0)
  const real = tf.slice4d(first?.real ?? tf.zeros([0, 1, 1, 3]), [0, 0, 0, 0], [count, -1, -1, -1])
  const codes = tf.slice2d(first?.codes ?? tf.zeros([0, 1]), [0, 0], [count, -1])
  const fresh = newCodes(count, seed + 1_000_003)
  return async (epoch) => {
    const path = join(out, `epoch-${String(epoch).padStart(3, '0')}.png`)
    const rows = [real, game.pictures(codes), game.pictures(fresh)]
    await writeSamples(path, rows)
    tf.dispose(rows.slice(1))
    return path
  }
}
