/**
 * An older package of this library, as a baseline: the file that `npm pack` wrote there, unpacked inside the project, so that it imports the same TensorFlow.js and dependencies.
 */
import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { promisify } from 'node:util'

const FOLDER = new URL('../.cache/baseline/', import.meta.url).pathname

/** Unpacks it; returns the package's folder. */
export const unpackBaseline = async (file: string): Promise<string> => {
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  try {
    await promisify(execFile)('tar', ['-xzf', file, '-C', FOLDER])
  } catch {
    throw new Error(`--baseline: received '${file}', expected a file that npm pack wrote, such as perceptual-loss-0.1.0.tgz.`)
  }
  return `${FOLDER}package`
}
