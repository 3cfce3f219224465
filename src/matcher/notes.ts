/**
 * Notes on the files of a failed comparison.
 */
import { readFile } from 'node:fs/promises'
import { fileNotes, transparencyNotes, type NamedTransparency } from '../node/pictureNotes.js'
import { loadSharp } from '../node/sharp.js'
import { transparencyOf } from '../node/transparency.js'

/** What the numbers do not show of a reference and a picture: transparency, frames that are not used, converted colours. A tensor has no file. */
export const notesOn = async (reference: string, file: Uint8Array | undefined): Promise<readonly string[]> => {
  const expected = await noted(reference, await readFile(reference))
  const received = file === undefined ? { name: 'The picture', transparency: 'none' as const, notes: [] } : await noted('The picture', file)
  return [...transparencyNotes(expected, received), ...expected.notes, ...received.notes]
}

const noted = async (name: string, bytes: Uint8Array): Promise<NamedTransparency & { readonly notes: readonly string[] }> => {
  const sharp = await loadSharp()
  return { name, transparency: await transparencyOf(bytes), notes: fileNotes(name, bytes, await sharp(bytes).metadata()) }
}
