/**
 * The input that is being read, on disk, so that one that ends its process is known: a file that stays open, for opening takes longer than most readings.
 *
 * It has the input's number and length, 4 bytes each, then the input; what follows is left from longer ones.
 */
import { existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const HEAD = 8

const fileIn = (folder: string): string => join(folder, 'current')

/** Where a process puts each input before it reads it. */
export const currentInput = (folder: string): { readonly write: (index: number, input: Uint8Array) => void } => {
  const file = openSync(fileIn(folder), 'w')
  return {
    write: (index, input) => {
      const bytes = Buffer.alloc(HEAD + input.length)
      bytes.writeUInt32LE(index, 0)
      bytes.writeUInt32LE(input.length, 4)
      bytes.set(input, HEAD)
      writeSync(file, bytes, 0, bytes.length, 0)
    },
  }
}

/** The last input of a process; undefined where there was none. */
export const lastInput = (folder: string): { readonly index: number; readonly input: Uint8Array } | undefined => {
  const file = fileIn(folder)
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  if (bytes.length < HEAD) return undefined
  return { index: bytes.readUInt32LE(0), input: bytes.subarray(HEAD, HEAD + bytes.readUInt32LE(4)) }
}
