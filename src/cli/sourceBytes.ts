/** The bytes of a picture a person names: a file, a pipe such as /dev/fd/63, or - for standard input. */
import { readFile as readFileWith, readFileSync, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { LossException } from '../index.js'
import { reasonOf } from '../node/reason.js'
import { UsageError } from './usageError.js'

/** 0.6 of the processor time of the one of `node:fs/promises`, which makes a file handle. */
const readFile = promisify(readFileWith)

/** No small file in the system's memory takes this long. */
const SLOW_MS = 0.5

/**
 * Whether a file took long: a slow disk or a large file. Other threads read then, several files at once. For a small file in the system's memory they take three times
 * the processor time.
 */
let isSlow = false

const readHere = (name: string): Uint8Array => {
  const start = performance.now()
  const bytes = readFileSync(name)
  isSlow = performance.now() - start > SLOW_MS
  return bytes
}

/** The name of standard input. */
export const STDIN = '-'

/** A path from data rather than from a person: `-` there is a file of this name. */
export const asFile = (path: string): string => (path === STDIN ? './-' : path)

/** Bytes received through a pipe: a pipe can be read only once, but a reference is compared with many pictures. */
const piped = new Map<string, Promise<Uint8Array>>()

/** Reads the bytes; throws a LossException `ImageUnreadable` on failure. */
export const bytesOf = async (name: string): Promise<Uint8Array> => {
  if (name !== STDIN && !(await isPipe(name))) return whole(name, isSlow ? readFile : readHere)
  const bytes = piped.get(name) ?? (name === STDIN ? standardInput() : whole(name, readFile))
  piped.set(name, bytes)
  return bytes
}

/** Throws where standard input is named more than once. */
export const checkSources = (names: readonly string[]): void => {
  if (names.filter((name) => name === STDIN).length > 1) throw new UsageError('received - more than once; standard input holds one picture.')
}

const isPipe = async (name: string): Promise<boolean> => {
  try {
    const found = isSlow ? await stat(name) : statSync(name)
    return found.isFIFO() || found.isSocket() || found.isCharacterDevice()
  } catch {
    return false
  }
}

const whole = async (name: string, read: (name: string) => Promise<Uint8Array> | Uint8Array): Promise<Uint8Array> => {
  try {
    return await read(name)
  } catch (error) {
    throw unreadable(name, reasonOf(error))
  }
}

const standardInput = async (): Promise<Uint8Array> => {
  if (process.stdin.isTTY) throw new UsageError('received - for standard input, which is the terminal; pipe a picture into it.')
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array)
  if (chunks.length === 0) throw unreadable(STDIN, 'standard input is empty')
  return Buffer.concat(chunks)
}

const unreadable = (path: string, reason: string): LossException => new LossException({ _tag: 'ImageUnreadable', path, reason })
