/**
 * Starts what comparisons of pictures that differ need, before the first test.
 */
import * as tf from '@tensorflow/tfjs'
import { boundsOf, type Bounds } from './bounds.js'
import { withCompiled } from './boundScores.js'
import { startBackend } from './sharedNetworks.js'
import { suiteDefaults } from './suiteDefaults.js'

/** Large enough for every bound by name: MS-SSIM takes pictures of 161 x 161 and more. */
const SIDE = 161

/**
 * Starts the backend, loads the networks of the bounds, by default those of the suite, and compares a small picture once, so that the first test whose picture differs does not spend
 * its timeout on that. Comparisons of equal pictures do not need it.
 *
 * @throws LossException `BadArgument` for unknown bounds and wrong limits.
 * @example await warmUp({ lpips: 0.02 })
 */
export const warmUp = async (bounds: Bounds = suiteDefaults().bounds as Bounds): Promise<void> => {
  const wanted = boundsOf(bounds)
  await startBackend()
  const [black, white] = [tf.zeros<tf.Rank.R4>([1, SIDE, SIDE, 3]), tf.ones<tf.Rank.R4>([1, SIDE, SIDE, 3])]
  try {
    for (const bound of wanted)
      await withCompiled(bound, false, async (f) => {
        const distance = f(black, white)
        await distance.data()
        distance.dispose()
      })
  } finally {
    tf.dispose([black, white])
  }
}
