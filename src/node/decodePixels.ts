/**
 * Picture files as RGBA samples.
 */
import { readFile } from 'node:fs/promises'
import { decodeBySharp } from './decodeBySharp.js'
import { plainPixels } from './plainPixels.js'
import { loadSharp } from './sharp.js'
import type { Decoded } from './decodedPicture.js'

/** Decodes a picture, upright; `sides` are those of `readImage`'s `size`. Throws an error whose message is the end of a sentence. */
export const decodePixels = async (path: string | URL | Uint8Array, sides?: readonly number[]): Promise<Decoded> => {
  // Bytes, not a path: sharp keeps files by their name, and would return an old picture for a rewritten file.
  const bytes = typeof path === 'string' || path instanceof URL ? await readFile(path) : path
  const sharp = await loadSharp()
  return (sides === undefined ? await plainPixels(sharp, bytes) : undefined) ?? decodeBySharp(sharp, bytes, sides)
}
