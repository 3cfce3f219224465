/** Whether someone is here for the first time; the browser keeps a note of it. */
import { savesData } from './engine/firstWorker.js'

const NOTE = 'perceptual-loss playground: visited'

/** Whether the device asks pages to move little. */
export const movesLittle = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

/** Whether there was a visit before; from now on there was. A browser that keeps nothing says no each time. */
const visited = (): boolean => {
  try {
    const found = localStorage.getItem(NOTE) !== null
    localStorage.setItem(NOTE, 'yes')
    return found
  } catch {
    return false
  }
}

/** Whether a story starts by itself: without a link, on a first visit, where nobody asks for less movement or less data. */
export const opensWithStory = (): boolean => {
  const first = !visited()
  return first && location.hash.length <= 1 && !savesData() && !movesLittle()
}
