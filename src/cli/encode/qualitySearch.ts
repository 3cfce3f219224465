/**
 * Finds for each format the smallest quality that reaches a target, in a number of encodings that all formats share.
 *
 * Laws: no quality is encoded twice; at most `encodings` in all; the result reaches the target, and `isSmallest` says that the next lower quality does not. One format is always searched to the end
 * in 12 encodings.
 */

/** The most encodings of a search. */
export const MOST_ENCODINGS = 12

const [LOWEST, HIGHEST] = [1, 100]

/** A picture encoded at a quality, and its value. */
export interface Encoding {
  readonly quality: number
  readonly bytes: Uint8Array
  readonly value: number
}

/** A format, and what is expected of it. */
export interface Searched<Name extends string> {
  readonly name: Name
  /** The quality to begin with. */
  readonly start: number
  /** How fine its steps are at a quality: the logarithm of a distance falls by about as much as this grows. */
  readonly fineness: (quality: number) => number
}

/** What is searched for. */
export interface Aim {
  readonly bound: number
  readonly reaches: (value: number) => boolean
  /** The logarithm of the distance that a value means. */
  readonly logDistance: (value: number) => number
}

/** What a search found for a format. */
export interface Found<Name extends string = string> {
  readonly name: Name
  /** The smallest encoding that reaches the target; undefined if none does. */
  readonly best: Encoding | undefined
  /** The largest quality that was encoded and does not reach it. */
  readonly below: Encoding | undefined
  /** Whether no lower quality was left out. */
  readonly isSmallest: boolean
  /** How many encodings it took. */
  readonly encodings: number
}

interface Bracket {
  readonly below: Encoding | undefined
  readonly best: Encoding | undefined
  /** The qualities between which the result lies, both left out. */
  readonly low: number
  readonly high: number
}

const bracketOf = (tried: readonly Encoding[], { reaches }: Aim): Bracket => {
  const sorted = [...tried].sort((a, b) => a.quality - b.quality)
  const best = sorted.find(({ value }) => reaches(value))
  const below = sorted.filter(({ value, quality }) => !reaches(value) && quality < (best?.quality ?? Infinity)).at(-1)
  return { below, best, low: below?.quality ?? LOWEST - 1, high: best?.quality ?? HIGHEST + 1 }
}

const isOpen = ({ low, high }: Bracket): boolean => high - low > 1

/** Where a line through the two encodings next to the target, or one of the expected slope through the only one, reaches it. */
const expectedFineness = (tried: readonly Encoding[], { fineness }: Searched<string>, { bound, logDistance }: Aim): number => {
  const toGo = ({ value }: Encoding): number => logDistance(value) - logDistance(bound)
  const [near, other] = [...tried].sort((a, b) => Math.abs(toGo(a)) - Math.abs(toGo(b)))
  if (near === undefined) return Number.NaN
  const at = fineness(near.quality)
  if (other === undefined) return at + toGo(near)
  return at + (toGo(near) * (fineness(other.quality) - at)) / (toGo(near) - toGo(other))
}

/** The next quality inside the bracket, with this many encodings left: the expected one, as long as bisection can still end the search. */
const nextQuality = (tried: readonly Encoding[], format: Searched<string>, aim: Aim, left: number): number => {
  if (tried.length === 0) return format.start
  const { low, high } = bracketOf(tried, aim)
  if (left <= 1 && high > HIGHEST) return HIGHEST
  const expected = expectedFineness(tried, format, aim)
  if (!Number.isFinite(expected) || left === Math.ceil(Math.log2(high - low))) return Math.floor((low + high) / 2)
  const inside = Array.from({ length: high - low - 1 }, (_, i) => low + 1 + i)
  return inside.find((quality) => format.fineness(quality) >= expected) ?? high - 1
}

/** Encodes in turns, one quality of each format whose search has not ended. */
export const searchQualities = async <Name extends string>(
  formats: readonly Searched<Name>[],
  aim: Aim,
  encode: (format: Name, quality: number) => Promise<Encoding>,
  encodings = MOST_ENCODINGS,
): Promise<readonly Found<Name>[]> => {
  const searches = formats.map((format) => ({ format, tried: [] as Encoding[] }))
  let left = encodings
  for (let open = searches; open.length > 0 && left > 0; open = open.filter(({ tried }) => isOpen(bracketOf(tried, aim))))
    for (const [i, { format, tried }] of open.slice(0, left).entries()) {
      tried.push(await encode(format.name, nextQuality(tried, format, aim, Math.floor((left + i) / open.length))))
      left--
    }
  return searches.map(({ format, tried }) => {
    const bracket = bracketOf(tried, aim)
    return { name: format.name, best: bracket.best, below: bracket.below, isSmallest: !isOpen(bracket), encodings: tried.length }
  })
}
