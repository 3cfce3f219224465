/** Lifetimes of disposable values: a compiled loss, and the losses prepared from it. */
import { LossException } from '../errors/lossException.js'

/** A lifetime that ends once. */
export interface Lifetime {
  /** Throws `Disposed` after the end. */
  readonly check: () => void
  /** Runs when this ends; the result cancels that. */
  readonly onEnd: (end: () => void) => () => void
  readonly end: () => void
}

/** The lifetime of `what`; the second and later ends do nothing. */
export const lifetime = (what: string): Lifetime => {
  const ends = new Set<() => void>()
  let ended = false
  return {
    check: () => {
      if (ended) throw new LossException({ _tag: 'Disposed', what })
    },
    onEnd: (end) => {
      ends.add(end)
      return () => void ends.delete(end)
    },
    end: () => {
      if (ended) return
      ended = true
      ends.forEach((end) => {
        end()
      })
    },
  }
}
