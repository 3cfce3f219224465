/**
 * What a comparison of picture files does not show in its numbers: unused frames, converted colours, and transparent pixels.
 */
import type { Header } from './decodedPicture.js'
import { pngFrames } from './pngFrames.js'
import { differOnBlack, type Transparency } from './transparency.js'

/** Notes on a file of this name: frames that are not used, and converted colours. */
export const fileNotes = (name: string, bytes: Uint8Array, { pages = pngFrames(bytes), space, depth }: Header): readonly string[] => [
  ...(pages > 1 ? [`${name} has ${String(pages)} frames or pages; only the first is used.`] : []),
  ...(space === 'cmyk' ? [`${name} is CMYK; it was converted to RGB.`] : []),
  ...(['float', 'double', 'uint', 'int'].includes(depth) ? [`${name} has ${depth} samples; they were converted to 8 bits.`] : []),
]

/** The note on a transparent picture. */
export const onWhiteNotes = (name: string, transparency: Transparency): readonly string[] =>
  transparency === 'transparent' ? [`${name} has transparent pixels; they show white.`] : []

/** A file's name, and what its alpha channel holds. */
export interface NamedTransparency {
  readonly name: string
  readonly transparency: Transparency
}

/** Notes on the transparent pixels of a reference and a picture that are compared. */
export const transparencyNotes = (reference: NamedTransparency, picture: NamedTransparency): readonly string[] =>
  differOnBlack(reference.transparency, picture.transparency)
    ? [`${picture.name} and ${reference.name} have transparent pixels; they were compared on white and on black, and the larger distance counts.`]
    : [reference, picture].flatMap(({ name, transparency }) => onWhiteNotes(name, transparency))
