const decoded = new Map<string, Float32Array>()

/** The numbers of a text in base64 of little-endian float32; a text is decoded once, for losses ask for the same weights at every evaluation. */
export const floats = (base64: string): Float32Array => {
  const known = decoded.get(base64) ?? new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer)
  decoded.set(base64, known)
  return known
}

/** A list of numbers cut into pieces of these lengths. */
export const pieces = (values: Float32Array, lengths: readonly number[]): readonly Float32Array[] => {
  const ends = lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, length) => sum + length, 0))
  return ends.map((end, i) => values.subarray(end - (lengths[i] ?? 0), end))
}
