/** Plays the recorded run of a story once; where people ask for little movement it shows the last frame. */
import { useEffect, useState } from 'preact/hooks'
import { movesLittle } from './firstVisit.js'
import { loadStrip, RECORDINGS } from './pictures/recordings.js'
import type { StoryName } from './stories.js'

/** How long a recording plays, in milliseconds: what moves by itself stops within five seconds (WCAG 2.2.2). */
const LENGTH = 3500

export interface Playing {
  /** The frames, when they have been loaded. */
  readonly strip: ImageBitmap | undefined
  /** The frame that is shown. */
  readonly frame: number
  readonly playAgain: () => void
}

/** The recording of a story, loaded when it is wanted. */
export const useRecording = (name: StoryName, wanted: boolean): Playing => {
  const { frames } = RECORDINGS[name]
  const last = frames.length - 1
  const [strip, setStrip] = useState<ImageBitmap>()
  const [frame, setFrame] = useState(movesLittle() ? last : 0)
  useEffect(() => {
    if (!wanted) return
    let left = false
    loadStrip(name).then(
      (loaded) => {
        if (!left) setStrip(loaded)
      },
      // Without a network, and not kept: the frame stays empty.
      () => undefined,
    )
    return () => {
      left = true
    }
  }, [wanted])
  useEffect(() => {
    if (strip === undefined || frame >= last) return
    const timer = setTimeout(() => setFrame(frame + 1), LENGTH / frames.length)
    return () => {
      clearTimeout(timer)
    }
  }, [strip, frame])
  return { strip, frame, playAgain: () => setFrame(0) }
}
