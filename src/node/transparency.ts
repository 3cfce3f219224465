/** What a picture's alpha channel holds. */
import type { Decoded } from './decodedPicture.js'
import { loadSharp } from './sharp.js'

/** 'none': no alpha channel; 'opaque': one that hides nothing; 'transparent': some pixels show what is behind. */
export type Transparency = 'none' | 'opaque' | 'transparent'

/** Reads the alpha channel of a picture file's bytes. */
export const transparencyOf = async (bytes: Uint8Array): Promise<Transparency> => {
  const sharp = await loadSharp()
  const { hasAlpha } = await sharp(bytes).metadata()
  if (!hasAlpha) return 'none'
  return (await sharp(bytes).stats()).isOpaque ? 'opaque' : 'transparent'
}

/** The same of a decoded picture that was not resized, without decoding it again. */
export const decodedTransparency = ({ data, white, metadata: { hasAlpha } }: Decoded): Transparency => {
  if (!hasAlpha) return 'none'
  for (let at = 3; at < data.length; at += 4) if (data[at] !== white) return 'transparent'
  return 'opaque'
}

/**
 * Whether two pictures need a second comparison on black: both have an alpha channel, and at least one is transparent somewhere.
 *
 * Pictures that differ only in what they leave transparent can be equal on one background; on white and on black they are equal only where they are the same.
 */
export const differOnBlack = (a: Transparency, b: Transparency): boolean => a !== 'none' && b !== 'none' && (a === 'transparent' || b === 'transparent')
