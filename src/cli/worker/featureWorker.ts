/** Computes the features of pictures from a stream and prints those of each: one process of a large set. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import type { FailedPair } from '../../reports/index.js'
import { stacked } from '../compare/batches.js'
import { measuring, type FeatureChoice, type Measuring } from '../distance/featureNetwork.js'
import { featuresOfLine, lineOfFeatures, type FeatureLine } from '../distance/featureLines.js'
import { messageAbout } from '../errorsByFile.js'
import type { Output } from '../output.js'
import { readPicture } from '../readPictures.js'
import { UsageError } from '../usageError.js'
import { failure, refused } from './batch.js'
import type { FinishedId } from './done.js'
import { runJob, type JobOptions } from './runJob.js'
import { fieldsOf, placed, shown, type NoTask } from './task.js'

/** The arguments of the command. */
export interface FeatureWork extends FeatureChoice, JobOptions {
  /** The folder that the pictures' names are relative to. */
  readonly root: string
}

/** A picture whose features are asked for. */
interface PictureTask {
  readonly id: string
  readonly picture: string
}

type Read = (PictureTask & { readonly file: string; readonly image: Tensor4D }) | { readonly failed: FailedPair }

/** Processes the input, and returns the exit status. */
export const workOnFeatures = async (asked: FeatureWork, pieces: AsyncIterable<string>, output: Output): Promise<number> => {
  const ready = await measuring(asked)
  const { size, root } = asked
  return runJob<PictureTask, Read>(
    {
      things: 'pictures',
      finishedId: (file) => finishedPicture(file, ready.of),
      start: () => Promise.resolve(),
      taskOf: pictureTask,
      read: async ({ id, picture }) => {
        const file = placed(root, picture)
        try {
          const { image } = await readPicture(file, size === undefined ? undefined : { size })
          return { id, picture, file, image }
        } catch (error) {
          return { failed: failure(id, error) }
        }
      },
      refused,
      pixelsOf: (read) => ('failed' in read ? 0 : read.image.size / 3),
      results: (batch) => resultsOf(batch, ready),
    },
    asked,
    pieces,
    output,
  )
}

const EXPECTED = 'a JSON object such as { "id": "7", "picture": "a.png" }, where the id may be left out'

/** The task of a line, by its number; a picture without an id is named by its file. */
const pictureTask = (text: string, number: number): E.Either<NoTask, PictureTask> => {
  const { id, picture } = fieldsOf(text)
  if (typeof picture === 'string' && (id === undefined || typeof id === 'string' || typeof id === 'number'))
    return E.right({ id: id === undefined ? picture : String(id), picture })
  const line = `line ${String(number)}`
  return E.left({ id: line, error: { _tag: 'BadArgument', name: line.replace('l', 'L'), received: shown(text), expected: EXPECTED } })
}

/** The ids of pictures; features of another layer or network are an error. */
const finishedPicture =
  (file: string, of: string): FinishedId =>
  (json) => {
    if (typeof json !== 'object' || json === null || !('id' in json)) return undefined
    if ('error' in json) return String(json.id)
    const found = featuresOfLine(json)
    if (found === undefined || E.isLeft(found)) return undefined
    if (found.right.of !== of)
      throw new UsageError(`${file} has features of '${found.right.of}', expected '${of}'. Pass the same options, or start a new file.`)
    return found.right.id
  }

/** Pictures of one size go through the network together. */
const resultsOf = async (batch: readonly Read[], ready: Measuring): Promise<readonly object[]> => {
  const results = new Map<Read, object>()
  const sizes = new Map<string, Extract<Read, PictureTask>[]>()
  for (const read of batch) {
    if ('failed' in read) results.set(read, read.failed)
    else sizes.set(read.image.shape.join(), [...(sizes.get(read.image.shape.join()) ?? []), read])
  }
  for (const alike of sizes.values()) {
    const lines = await featuresOf(alike, ready)
    alike.forEach((read, i) => results.set(read, lines[i] ?? {}))
  }
  return batch.flatMap((read) => results.get(read) ?? [])
}

type Line = FeatureLine | FailedPair

const featuresOf = async (pictures: readonly Extract<Read, PictureTask>[], { of, features }: Measuring): Promise<readonly Line[]> => {
  const images = stacked(pictures.map(({ image }) => image))
  try {
    const { rows } = await features(images, pictures.map(({ id }) => id)) // prettier-ignore
    const each = rows.length / pictures.length
    return pictures.map(({ id, picture }, i) => lineOfFeatures({ id, picture, of }, rows.slice(i * each, (i + 1) * each)))
  } catch (error) {
    return pictures.map(({ id, file }) => failure(id, error, messageAbout(error, [file])))
  } finally {
    tf.dispose(images)
  }
}
