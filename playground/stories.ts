/** Three stories that show what perceptual losses are for. Each sets up the page and plays. */
import { against, dists, featureAt, gram, lossEq, lpips, mse, named, pixels, sum, totalVariation, weighted, type Loss } from 'perceptual-loss'
import type { Settings } from './settings.js'

/** A story. */
export interface Story {
  readonly title: string
  /** What to look at, in one sentence. */
  readonly look: string
  readonly loss: Loss<string, string>
  readonly settings: Partial<Settings>
  /** What moves: a slider between two distortions, or an optimisation. */
  readonly plays: 'slider' | 'optimisation'
}

const COMPARED = [named('MSE', mse(pixels)), named('LPIPS', lpips())] as const

/** The style loss of `npx perceptual-loss stylize`. */
const STYLE = sum(
  ...([['block1_conv1', 100] as const, ['block2_conv1', 3] as const, ['block3_conv1', 0.3] as const] as const).map(([layer, weight]) =>
    weighted(weight, mse(gram(featureAt(layer), { normalize: 'positions' }))),
  ),
)

/** By the names that buttons have. */
export const STORIES = {
  mse: {
    title: 'Why not MSE?',
    look: 'Brighter or blurred: the mean squared error stays the same, what people see does not. LPIPS and DISTS tell them apart.',
    loss: sum(...COMPARED, named('DISTS', dists())),
    settings: { target: 'chelsea', prediction: 'equalMse', mix: 0, side: 192 },
    plays: 'slider',
  },
  block4: {
    title: 'What does block4 remember?',
    look: 'Grey becomes a picture with the same features at block4_conv2 of VGG16: shapes come back, exact colours and edges do not.',
    loss: sum(named('block4', mse(featureAt('block4_conv2'))), named('smooth', weighted(10, totalVariation(pixels)))),
    settings: { target: 'chelsea', prediction: 'same', side: 128, descent: { from: 'grey', steps: 120, rate: 0.05 } },
    plays: 'optimisation',
  },
  paint: {
    title: 'Paint it',
    look: 'The target keeps its content and takes on the style of a second picture, the painted swirls.',
    loss: sum(
      named('content', mse(featureAt('block3_conv1'))),
      named('style', weighted(15, against('style', STYLE))),
      named('smooth', weighted(3, totalVariation(pixels))),
    ),
    settings: { target: 'chelsea', prediction: 'same', side: 192, descent: { from: 'prediction', steps: 60, rate: 0.02 } },
    plays: 'optimisation',
  },
} as const satisfies Readonly<Record<string, Story>>

export type StoryName = keyof typeof STORIES

/** The first story without its large network: it plays for who comes for the first time, and downloads what the page loads anyway. */
export const OPENING: Story = { ...STORIES.mse, look: STORIES.mse.look.replace('LPIPS and DISTS tell', 'LPIPS tells'), loss: sum(...COMPARED) }

/** A story as it can be told, the fullest first. */
export const versionsOf = (name: StoryName): readonly Story[] => (name === 'mse' ? [STORIES.mse, OPENING] : [STORIES[name]])

/** A story as it is told now. */
export const toldBy = (name: StoryName, loss: Loss<string, string>): Story => (name === 'mse' && lossEq.equals(loss, OPENING.loss) ? OPENING : STORIES[name])

/** How far the slider moves when it plays. */
const STEP = 0.25

/** The next place of a slider that plays; undefined at its end. */
export const nextMix = (mix: number): number | undefined => (mix >= 1 ? undefined : Math.min(1, mix + STEP))
