/** The matchers of the study: how each scores a case, and the bounds that toLookLike has by default. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs'
import { scoresOf as scoresOfWhole, scoresOfChange } from '../../src/matcher/boundScores.js'
import { boundsOf, STANDARD } from '../../src/matcher/bounds.js'
import { comparePixels } from '../../src/matcher/equalPictures.js'
import { readImage, useFastestBackend } from '../../src/node/index.js'
import { PEERS } from './peers.js'
import type { Scored } from './scores.js'

/** A matcher with its settings. */
export interface Judge {
  readonly name: string
  /** The settings that differ from the defaults; empty for these. */
  readonly settings: string
  readonly unit: string
  /** Changes if scores computed before no longer hold. */
  readonly version?: string
  /** Larger the more the pictures differ. */
  readonly score: (reference: string, picture: string) => Promise<number>
}

/** The matchers: toLookLike's two default bounds, each alone, then the others. */
export const judges = async (): Promise<readonly Judge[]> => {
  await useFastestBackend()
  const spotFiles = ['spotDifference', 'spotColours', 'rerendering'].map((name) => readFileSync(new URL(`../../src/matcher/${name}.ts`, import.meta.url)))
  const version = spotFiles.reduce((hash, file) => hash.update(file), createHash('sha256')).digest('hex').slice(0, 8) // prettier-ignore
  return [ours('lpips'), { ...ours('spot'), version }, ...PEERS]
}

/** A bound of toLookLike, measured as it measures it: by what changed where that is little. */
const ours = (settings: 'lpips' | 'spot'): Judge => ({
  name: 'toLookLike',
  settings,
  unit: settings,
  score: async (reference, picture) => {
    const bounds = boundsOf({ [settings]: STANDARD[settings] })
    const pixels = await comparePixels(reference, await readFile(picture))
    if (pixels === 'equal') return 0
    const ofChange = pixels === 'unlike' ? undefined : await scoresOfChange(bounds, pixels)
    if (ofChange !== undefined) return ofChange[0]?.score ?? Number.NaN
    const pair = { reference: await readImage(reference), picture: await readImage(picture) }
    const [whole] = await scoresOfWhole(bounds, [pair], false)
    tf.dispose([pair.reference, pair.picture])
    return whole?.score ?? Number.NaN
  },
})

/** toLookLike with its default bounds, from those alone: the larger part of a bound that is used up. */
export const byDefault = (scored: readonly Scored[]): Scored => {
  const cases = scored.find(({ judge }) => judge.settings === 'lpips')?.cases ?? []
  const spots = scored.find(({ judge }) => judge.settings === 'spot')?.cases ?? []
  return {
    judge: { ...ours('lpips'), settings: '', unit: 'times its default bounds' },
    cases: cases.map((one, i) => ({ ...one, score: Math.max(one.score / STANDARD.lpips, (spots[i]?.score ?? Number.NaN) / STANDARD.spot) })),
  }
}
