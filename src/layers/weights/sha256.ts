import { sha256 as portable } from '@noble/hashes/sha2.js'

/** The SHA-256 of bytes, in hexadecimal. Browsers have their own only on https and localhost; elsewhere it is computed in JavaScript. */
export const sha256 = async (bytes: Uint8Array): Promise<string> => {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle
  const digest = subtle === undefined ? portable(bytes) : new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
