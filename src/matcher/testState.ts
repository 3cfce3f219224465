/**
 * What the tests of this process have done: the numbers of pictures without a name, comparisons under way, their results that count, and references written.
 */
import { LossException } from '../index.js'

const unnamed = new Map<string, number>()
const underWay = new Map<string, Set<UnderWay>>()
const owners = new Map<string, Owner>()
const counted = new Map<string, Map<string, number>>()
const titles = new Map<string, number>()

/** A comparison that has not ended. */
interface UnderWay {
  /** Whether its test has ended before it. */
  late: boolean
}

/** A test: what tells it from others, and its name. */
interface Owner {
  readonly id: string
  readonly test: string
}

/** Starts a test, or starts it again: its pictures are numbered from 1. */
export const startTest = (test: string): void => {
  unnamed.delete(test)
  underWay.delete(test)
  counted.delete(test)
}

/**
 * Starts a test of a runner that knows tests by their titles. A title that starts again is the same test if failed tests are tried again, otherwise another test.
 */
export const startTitle = (title: string, isTriedAgain: boolean): void => {
  if (!isTriedAgain || !titles.has(title)) titles.set(title, (titles.get(title) ?? 0) + 1)
  startTest(idOfTitle(title))
}

/** The identifier of the test of this title that has started last; the title itself for the first one. */
export const idOfTitle = (title: string): string => {
  const count = titles.get(title) ?? 1
  return count === 1 ? title : `${title} (${String(count)})`
}

/**
 * Whether a result of a test's comparison counts, by its rank, of which 0 is the worst: the last result does, but of a test that has failed already, as by `expect.soft`, the worst.
 */
export const countsFor = (test: string, comparison: string, rank: number, hasFailed: boolean): boolean => {
  const ranks = counted.get(test) ?? new Map<string, number>()
  counted.set(test, ranks)
  if (hasFailed && (ranks.get(comparison) ?? Infinity) < rank) return false
  ranks.set(comparison, rank)
  return true
}

/**
 * Ends a test.
 *
 * @throws LossException `NotAwaited` if a comparison is still under way.
 */
export const endTest = (test: string): void => {
  const open = underWay.get(test) ?? new Set()
  if (open.size === 0) return
  for (const comparison of open) comparison.late = true
  underWay.delete(test)
  throw new LossException({ _tag: 'NotAwaited', matcher: 'toLookLike' })
}

/** The number of a test's next picture without a name. */
export const nextNumber = (test: string): number => {
  const number = (unnamed.get(test) ?? 0) + 1
  unnamed.set(test, number)
  return number
}

/**
 * Runs a comparison of a test, which is under way until it ends. If the test ends first it has failed, and what comes of the comparison is `ignored`: nobody waits for it, and
 * an error would end the runner's process.
 */
export const tracked = async <A>(test: string, compare: () => Promise<A>, ignored: A): Promise<A> => {
  const [comparison, open] = [{ late: false }, underWay.get(test) ?? new Set<UnderWay>()]
  underWay.set(test, open.add(comparison))
  try {
    const found = await compare()
    return isLate(comparison) ? ignored : found
  } catch (error) {
    if (isLate(comparison)) return ignored
    throw error
  } finally {
    open.delete(comparison)
  }
}

const isLate = ({ late }: UnderWay): boolean => late

/**
 * Marks a reference as a test's own, because the test writes it, or because it is named after the test.
 *
 * @throws LossException `ReferenceShared` if it is another test's in this run.
 */
export const claimReference = (path: string, { id, test }: Owner): void => {
  const owner = owners.get(path) ?? { id, test }
  if (owner.id !== id) throw new LossException({ _tag: 'ReferenceShared', path, tests: [owner.test, test] })
  owners.set(path, owner)
}
