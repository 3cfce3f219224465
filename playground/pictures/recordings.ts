/**
 * The recorded runs of the stories, which `npm run stories` makes: the frames of each as one picture, from top to bottom, and its numbers.
 *
 * They show a story where its network is not there yet.
 */
import type { StoryName } from '../stories.js'
import block4 from '../recordings/block4.json' with { type: 'json' }
import mse from '../recordings/mse.json' with { type: 'json' }
import paint from '../recordings/paint.json' with { type: 'json' }

/** A recorded run. */
export interface Recording {
  /** The size of a frame. */
  readonly width: number
  readonly height: number
  /** After how many of its values each frame is shown: the steps of an optimisation, the places of a slider. */
  readonly frames: readonly number[]
  /** By name: the loss at each step, or each measure at each place of the slider. */
  readonly values: Readonly<Record<string, readonly number[]>>
}

export const RECORDINGS: Readonly<Record<StoryName, Recording>> = { mse, block4, paint }

const URLS: Readonly<Record<StoryName, URL>> = {
  mse: new URL('../recordings/mse.webp', import.meta.url),
  block4: new URL('../recordings/block4.webp', import.meta.url),
  paint: new URL('../recordings/paint.webp', import.meta.url),
}

const strips = new Map<StoryName, Promise<ImageBitmap>>()

/** The frames of a recording, loaded once. */
export const loadStrip = (name: StoryName): Promise<ImageBitmap> => {
  const found = strips.get(name) ?? fetchStrip(name)
  strips.set(name, found)
  found.catch(() => strips.delete(name))
  return found
}

const fetchStrip = async (name: StoryName): Promise<ImageBitmap> => createImageBitmap(await (await fetch(URLS[name])).blob())
