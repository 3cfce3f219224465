/**
 * sharp, which reads and writes the picture formats. It is an optional peer, loaded on first use.
 */
import type Sharp from 'sharp'

/** Loads sharp; if that fails, the exception's message says why and how to fix it. */
export const loadSharp = async (): Promise<typeof Sharp> => {
  try {
    return (await import('sharp')).default
  } catch (error) {
    throw new Error(`the required package sharp ${isMissing(error) ? 'is not installed' : `did not load (${firstLine(error)})`}; install it: npm install sharp`)
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'

const firstLine = (error: unknown): string => String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? ''
