/** Suggestions for mistyped names. */
/** ` Did you mean ...?` with the nearest known name; empty if none is near. */
export const suggestion = (name: string, known: readonly string[]): string => {
  const near = nearestName(name, known)
  return near === undefined ? '' : ` Did you mean ${near}?`
}

/** The nearest known name by edit distance, if any is near. */
export const nearestName = (name: string, known: readonly string[]): string | undefined =>
  known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance)[0]?.candidate

/** The optimal string alignment distance (insertions, deletions, substitutions, swapped neighbours), of the first 64 characters of each. */
const editDistance = (a: string, b: string): number => {
  const [left, right] = [a.slice(0, 64), b.slice(0, 64)]
  const rows = [Array.from({ length: right.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1), swapped ? at(i - 2, j - 2) + 1 : Infinity))
    }
  }
  return at(left.length, right.length)
}
