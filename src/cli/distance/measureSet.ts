/** Measures the pictures of a folder or glob: statistics of their features. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { NamedFeatures } from '../../distributions/batchFeatures.js'
import { statisticsMonoid, type FeatureStatistics } from '../../distributions/index.js'
import { statisticsOfRows } from '../../distributions/statistics/featureStatistics.js'
import { severalPictures } from '../compare/pairs.js'
import { aboutFiles } from '../errorsByFile.js'
import type { Output } from '../output.js'
import { progressBar } from '../progressBar.js'
import { readPicture } from '../readPictures.js'
import type { Measuring, Size } from './featureNetwork.js'

/** The statistics of a set, and the sizes of its pictures; of saved statistics none. */
export interface MeasuredSet {
  readonly statistics: FeatureStatistics
  readonly sizes: ReadonlySet<string>
  /** Warnings about the pictures' files. */
  readonly surprises: readonly string[]
}

/** How the pictures are read, and how many features the sample of the statistics holds at most. */
export interface SetOptions {
  readonly size: Size | undefined
  readonly sample: number
}

/** A batch has at most this many pictures, and no more pixels than one picture of 512 x 512, but for a larger one. */
const [BATCH, PIXELS] = [16, 512 * 512]

interface Named {
  readonly name: string
  readonly file: string
  readonly image: Tensor4D
}

/** Measures them in batches of one size, in the order of their names. */
export const measureSet = async (said: string, measuring: Measuring, { size, sample }: SetOptions, output: Output): Promise<MeasuredSet> => {
  const files = [...(await severalPictures(said))]
  const bar = progressBar(files.length, output.terminal, output.progress)
  const [sizes, surprises]: [Set<string>, string[]] = [new Set(), []]
  let [statistics, batch]: [FeatureStatistics, Named[]] = [statisticsMonoid.empty, []]
  const flush = async (): Promise<void> => {
    const [first] = batch
    if (first === undefined) return
    const { rows, names } = await aboutFiles({ images: first.file }, () => featuresOf(batch, measuring))
    statistics = statisticsMonoid.concat(statistics, statisticsOfRows(rows, names, { of: measuring.of, sample }))
    batch = []
  }
  try {
    for (const [i, [name, file]] of files.entries()) {
      const { image, surprises: notes } = await readPicture(file, size === undefined ? undefined : { size })
      surprises.push(...notes)
      sizes.add(image.shape.join())
      if (batch.length > 0 && !fits(batch, image)) await flush()
      batch.push({ name, file, image })
      bar.show(i + 1, name)
    }
    await flush()
    return { statistics, sizes, surprises }
  } finally {
    tf.dispose(batch.map(({ image }) => image))
    bar.end()
  }
}

const fits = (batch: readonly Named[], { shape, size }: Tensor4D): boolean =>
  batch.length < BATCH && batch[0]?.image.shape.join() === shape.join() && (batch.length + 1) * (size / 3) <= PIXELS

/** The features of a batch; its pictures are disposed of. */
const featuresOf = async (batch: readonly Named[], { features }: Measuring): Promise<NamedFeatures> => {
  const images = tf.concat(
    batch.map(({ image }) => image),
    0,
  )
  try {
    return await features(images, batch.map(({ name }) => name)) // prettier-ignore
  } finally {
    tf.dispose([images, ...batch.map(({ image }) => image)])
  }
}
