/** Plays the story that is open: each time a value has come, its slider moves on or its optimisation starts. */
import { useEffect } from 'preact/hooks'
import { currentRows, type Action, type State } from './state.js'
import { nextMix, STORIES } from './stories.js'

/** How long each place of the slider stays, in milliseconds. */
const STAY = 700

const movesLittle = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

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
