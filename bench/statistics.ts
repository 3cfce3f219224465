/** A sample's median and quartiles. */
export interface Spread {
  readonly lower: number
  readonly median: number
  readonly upper: number
}

/** The quantile `q` of sorted numbers, interpolated linearly. */
const quantile = (sorted: readonly number[], q: number): number => {
  const at = q * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

/** The quartiles of numbers. */
export const spread = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b)
  return { lower: quantile(sorted, 0.25), median: quantile(sorted, 0.5), upper: quantile(sorted, 0.75) }
}
