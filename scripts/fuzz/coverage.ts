/**
 * Which blocks of our own code run, as V8 counts them: an input that reaches a new one, or one for the first time much oftener, is kept to be changed further.
 */
import { Session, type Profiler } from 'node:inspector'

/** Blocks seen, with the power of two of how often. */
export interface Coverage {
  /** Whether something new ran since it was asked last. */
  readonly isNew: () => boolean
  readonly size: () => number
}

/** Starts counting in the files of which `ours` holds. */
export const coverage = (ours: (url: string) => boolean): Coverage => {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const seen = new Set<string>()
  const take = (): readonly Profiler.ScriptCoverage[] => {
    let result: readonly Profiler.ScriptCoverage[] = []
    session.post('Profiler.takePreciseCoverage', (_error, taken) => (result = taken.result))
    return result
  }
  return {
    isNew: () => {
      const before = seen.size
      for (const { scriptId, url, functions } of take())
        if (ours(url))
          for (const { ranges } of functions)
            for (const { startOffset, endOffset, count } of ranges)
              if (count > 0) seen.add(`${scriptId}:${String(startOffset)}:${String(endOffset)}:${String(Math.floor(Math.log2(count) / 2))}`)
      return seen.size > before
    },
    size: () => seen.size,
  }
}
