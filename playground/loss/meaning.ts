/** What the number of a published loss means, in one sentence. */
import type { Loss } from 'perceptual-loss'
import { presetOf, PRESETS } from './presets.js'

const LPIPS = '0 is identical; about 0.1 is a slight distortion, 0.7 a heavy one.'

const MEANINGS: Readonly<Record<string, string>> = {
  lpips: LPIPS,
  lpipsVgg: LPIPS,
  dists: '0 is identical; about 0.1 is a slight distortion, 0.4 a heavy one. Another patch of the same texture costs little.',
  aDists: '0 is identical; about 0.15 is a slight distortion, 0.4 a heavy one. Where the first picture shows a texture, another patch of it costs little.',
  ssim: '0 is identical, 1 has nothing in common.',
  msSsim: '0 is identical, 1 has nothing in common.',
}

/** A published loss with its sentence. */
export interface Published {
  readonly title: string
  readonly meaning: string
}

/** The title and the meaning of a published loss; undefined for any other. */
export const publishedAs = (loss: Loss<string, string>): Published | undefined => {
  const name = presetOf(loss)
  const [meaning, preset] = name === undefined ? [] : [MEANINGS[name], PRESETS[name]]
  return meaning === undefined || preset === undefined ? undefined : { title: preset.title, meaning }
}
