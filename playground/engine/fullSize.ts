/** The value at full size: in tiles within the budget, where the whole picture exceeds it. */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { describeError, type BreakdownRow, type CompiledLoss, type CompileOptions } from 'perceptual-loss'
import { boundOf, isFarBelow, peakOf } from './fit.js'
import { referencesAt, sizeOf, tryCompiled, type Job, type Loaded } from './job.js'
import type { Fitted, Limits, Pictures } from './protocol.js'
import { scaled } from './scale.js'
import { batchOf } from './tensors.js'

/** The full size with the bytes it takes as a whole, if these exceed the budget. */
export const beyondBudget = async ({ loss, extractor }: Loaded, pictures: Pictures, { bytes }: Limits): Promise<Fitted | undefined> => {
  const size = sizeOf(pictures)
  if (isFarBelow(boundOf(loss, extractor)(size), bytes)) return undefined
  const takes = await peakOf(loss, extractor)(size)
  return takes > bytes ? { ...size, bytes: takes } : undefined
}

/** The breakdown at full size, tile by tile within the budget. */
export const breakdownInTiles = async (job: Job, loaded: Loaded, full: Fitted): Promise<{ readonly rows: readonly BreakdownRow[]; readonly size: Fitted }> => {
  const { id, limits, pictures, say } = job
  const held = tf.memory().numBytes
  const memory = Math.max(1, limits.bytes - held)
  const progress: CompileOptions['progress'] = ({ done, total }) => {
    say({ kind: 'doing', id, what: `Computing tile ${String(done)} of ${String(total)}` })
  }
  const compiled = compiledInTiles(loaded, { memory, progress }, full, limits)
  const image = batchOf(scaled(pictures.prediction, full, limits.shaping))
  const references = referencesAt(compiled, pictures, full, limits)
  try {
    const tiling = compiled.tiling([1, full.height, full.width, 3])
    const rows = await compiled.breakdown(references, image)
    return { rows, size: { ...full, bytes: held + (tiling?.peak ?? 0), tiles: tiling?.tiles ?? 1 } }
  } finally {
    tf.dispose([image, references])
    compiled.dispose()
  }
}

const compiledInTiles = ({ loss, extractor }: Loaded, options: CompileOptions, { width, height, bytes }: Fitted, limits: Limits): CompiledLoss<string> => {
  const compiled = tryCompiled(loss, extractor, options)
  if (E.isRight(compiled)) return compiled.right
  const [needs, has] = [bytes, limits.bytes].map((count) => `${(count / 1e6).toFixed(0)} MB`)
  throw new Error(
    `At full size, ${String(width)} × ${String(height)} px, this loss takes ${String(needs)} of the ${String(has)} allowed, and it cannot be computed in tiles. ` +
      `Choose a longest side in pixels, or more memory. ${describeError(compiled.left)}`,
  )
}
