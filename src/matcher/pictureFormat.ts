/**
 * The format of a picture file.
 */

/** The formats of references, by file extension. */
export const REFERENCE_FORMATS: Readonly<Record<string, string>> = { '.png': 'png', '.jpg': 'jpeg', '.jpeg': 'jpeg', '.webp': 'webp' }

/** By the first bytes: sharp's name of the format; 'another' for those that references are not written in. */
export const pictureFormat = (file: Uint8Array): string => {
  const start = Buffer.from(file.subarray(0, 12)).toString('latin1')
  if (start.startsWith('\x89PNG')) return 'png'
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg'
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'webp' : 'another'
}
