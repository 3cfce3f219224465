/**
 * Pairs in groups, of which the next is read while the last is compared.
 *
 * Laws: the groups have the pairs in their order; at most two groups are held, and of pairs of large pictures one.
 */
import { pixelsOf } from './batches.js'
import type { Pair } from './pairs.js'
import type { Ready, Refused } from './preparePair.js'

/** A group ends at this many pairs, or pixels. */
const [PAIRS, PIXELS] = [64, 1024 * 1024]

/** A pair as it was read. */
type Read = Ready | Refused

/** `ahead`: whether the next group is read meanwhile; a group is then one pair only if it is large. */
export async function* readAhead(pairs: readonly Pair[], read: (pair: Pair) => Promise<Read>, ahead: boolean): AsyncGenerator<readonly Read[], undefined> {
  let [at, pixels] = [0, 0]
  const group = async (): Promise<readonly Read[]> => {
    const found: Read[] = []
    pixels = 0
    while (at < pairs.length && found.length < (ahead ? PAIRS : 1) && pixels < PIXELS) {
      const some = pairs.slice(at, at + roomFor(found.length, pixels))
      at += some.length
      const next = await Promise.all(some.map(read))
      found.push(...next)
      pixels += next.reduce((sum, one) => sum + ('problem' in one ? 0 : pixelsOf(one)), 0)
    }
    return found
  }
  let coming: Promise<readonly Read[]> | undefined = group()
  for (;;) {
    const now = await coming
    if (now.length === 0) return undefined
    coming = ahead && pixels < 2 * PIXELS ? group() : undefined
    yield now
    coming ??= group()
  }
}

/** How many more pairs may be read at once: one first, then as many as there is room for if they are as large as those before. */
const roomFor = (count: number, pixels: number): number =>
  count === 0 ? 1 : Math.max(1, Math.min(PAIRS - count, Math.floor(((PIXELS - pixels) * count) / Math.max(1, pixels))))
