/** The numbers of a text in base64 of little-endian float32. */
export const floats = (base64: string): Float32Array => new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer)

/** A list of numbers cut into pieces of these lengths. */
export const pieces = (values: Float32Array, lengths: readonly number[]): readonly Float32Array[] => {
  const ends = lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, length) => sum + length, 0))
  return ends.map((end, i) => values.subarray(end - (lengths[i] ?? 0), end))
}
