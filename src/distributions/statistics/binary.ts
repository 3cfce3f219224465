/** Numbers as text: base64 of little-endian bytes. */

/** btoa takes characters, and a call no more arguments than this. */
const PIECE = 1 << 15

/** The numbers as text. */
export const toBase64 = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): string => {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  const pieces: string[] = []
  for (let i = 0; i < bytes.length; i += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(i, i + PIECE)))
  return btoa(pieces.join(''))
}

/** The bytes of a text; undefined for what is no base64. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    const characters = atob(text)
    const bytes = new Uint8Array(characters.length)
    for (let i = 0; i < characters.length; i++) bytes[i] = characters.charCodeAt(i)
    return bytes
  } catch {
    return undefined
  }
}
