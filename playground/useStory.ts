/** Plays the story that is open: each time a value has come, its slider moves on or its optimisation starts. */
import { useEffect } from 'preact/hooks'
import { lossEq } from 'perceptual-loss'
import { movesLittle } from './firstVisit.js'
import { currentRows, type Action, type State } from './state.js'
import { nextMix, OPENING, STORIES } from './stories.js'

/** How long each place of the slider stays, in milliseconds. */
const STAY = 700

export const useStory = (state: State, act: (action: Action) => void, optimise: () => void): void => {
  const { story, playing, doing, settings } = state
  const ready = story !== undefined && playing && doing === undefined && currentRows(state) !== undefined
  useEffect(() => {
    if (!ready) return
    if (STORIES[story].plays === 'optimisation') {
      act({ kind: 'played' })
      optimise()
      return
    }
    const mix = movesLittle() ? undefined : nextMix(settings.mix)
    const timer = setTimeout(() => act(mix === undefined ? { kind: 'played' } : { kind: 'played', mix }), STAY)
    return () => {
      clearTimeout(timer)
    }
  }, [ready])
}

const TOUCHES = ['pointerdown', 'keydown'] as const

/** The story that nobody asked for stops where it is when someone touches the page. */
export const useFirstTouch = ({ playing, draft }: State, act: (action: Action) => void): void => {
  const uninvited = playing && lossEq.equals(draft.loss, OPENING.loss)
  useEffect(() => {
    if (!uninvited) return
    const stop = (): void => act({ kind: 'played' })
    TOUCHES.forEach((touch) => addEventListener(touch, stop, true))
    return () => {
      TOUCHES.forEach((touch) => removeEventListener(touch, stop, true))
    }
  }, [uninvited])
}
