/**
 * What the tests of this process have done: the numbers of pictures without a name, comparisons under way, and references written.
 */
import { LossException } from '../index.js'

const unnamed = new Map<string, number>()
const underWay = new Map<string, number>()
const writers = new Map<string, string>()

/** Starts a test, or starts it again: its pictures are numbered from 1. */
export const startTest = (test: string): void => {
  unnamed.delete(test)
  underWay.delete(test)
}

/**
 * Ends a test.
 *
 * @throws LossException `NotAwaited` if a comparison is still under way.
 */
export const endTest = (test: string): void => {
  if ((underWay.get(test) ?? 0) > 0) throw new LossException({ _tag: 'NotAwaited', matcher: 'toLookLike' })
}

/** The number of a test's next picture without a name. */
export const nextNumber = (test: string): number => {
  const number = (unnamed.get(test) ?? 0) + 1
  unnamed.set(test, number)
  return number
}

/** Runs a comparison of a test, which is under way until it ends. */
export const tracked = async <A>(test: string, compare: () => Promise<A>): Promise<A> => {
  underWay.set(test, (underWay.get(test) ?? 0) + 1)
  try {
    return await compare()
  } finally {
    underWay.set(test, (underWay.get(test) ?? 1) - 1)
  }
}

/**
 * Marks a reference as written by a test.
 *
 * @throws LossException `ReferenceShared` if another test has written it in this run.
 */
export const claimReference = (path: string, test: string): void => {
  const writer = writers.get(path) ?? test
  if (writer !== test) throw new LossException({ _tag: 'ReferenceShared', path, tests: [writer, test] })
  writers.set(path, test)
}
