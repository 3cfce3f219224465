/** The run of an optimisation as a short film: a few of its pictures, evenly spread. */
import type { Picture } from '../engine/protocol.js'
import { scaled, within } from '../engine/scale.js'

/** Frames of a run, one every `every` steps. */
export interface Film {
  readonly frames: readonly Picture[]
  readonly every: number
  readonly steps: number
}

export const NO_FILM: Film = { frames: [], every: 1, steps: 0 }

/** More would make the file large. */
export const MOST_FRAMES = 60

/** The longest side of a frame, in pixels. */
const SIDE = 320

/** The film with one more step; when it has too many frames, every second one goes. */
export const filmed = ({ frames, every, steps }: Film, picture: Picture): Film => {
  if (steps % every !== 0) return { frames, every, steps: steps + 1 }
  const all = [...frames, scaled(picture, within(picture, SIDE), 'fit')]
  return all.length <= MOST_FRAMES
    ? { frames: all, every, steps: steps + 1 }
    : { frames: all.filter((_, i) => i % 2 === 0), every: 2 * every, steps: steps + 1 }
}
