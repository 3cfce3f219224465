/**
 * The weights of DISTS' stages: for each stage one non-negative alpha (texture) and beta (structure) per channel, normalized to sum 1.
 *
 * Source: the file `weights.pt` of the package DISTS_pytorch 0.1 (weights/README.md).
 */
import { DISTS } from './distsWeights.js'
import { floats, pieces } from './floats.js'

/** A stage of DISTS: the picture itself, then the five blocks of VGG16. */
export type DistsStage = `dists.stage${0 | 1 | 2 | 3 | 4 | 5}`

/** The weights of texture and structure, one per channel. */
export interface StageWeights {
  readonly alpha: ArrayLike<number>
  readonly beta: ArrayLike<number>
}

const CHANNELS = [3, 64, 128, 256, 512, 512]

/** Every stage's name. */
export const DISTS_STAGES = CHANNELS.map((_, i) => `dists.stage${String(i)}` as DistsStage)

/** The weights of a stage; those of all stages add up to 1. */
export const distsStage = (stage: DistsStage): StageWeights => {
  const values = floats(DISTS)
  const total = values.reduce((sum, value) => sum + value, 0)
  const parts = pieces(values, [...CHANNELS, ...CHANNELS]).map((part) => part.map((value) => value / total))
  const at = DISTS_STAGES.indexOf(stage)
  return { alpha: parts[at] ?? [], beta: parts[at + CHANNELS.length] ?? [] }
}
