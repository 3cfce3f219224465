/** When something ends, and what ends with it. */
import { LossException } from '../errors/error.js'

/** Something that ends once: afterwards `check` throws. */
export const lifetime = (what: string, free: () => void = () => undefined) => {
  const ends = new Set<() => void>([free])
  let ended = false
  return {
    check: (): void => {
      if (ended) throw new LossException({ _tag: 'Disposed', what })
    },
    /** Gives what forgets it again. */
    onEnd: (end: () => void): (() => void) => {
      ends.add(end)
      return () => void ends.delete(end)
    },
    end: (): void => {
      if (ended) return
      ended = true
      ends.forEach((end) => {
        end()
      })
    },
  }
}
