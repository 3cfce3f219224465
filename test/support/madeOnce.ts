/**
 * What several test files need and takes long to make (the packed package, the sources as JavaScript, the playground's pages): made by whoever asks first, and kept in node_modules/.cache
 * under a hash of all that goes into it, so that only changes are made again.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { globSync } from 'tinyglobby'

/** The checkout. */
export const root = dirname(dirname(import.meta.dirname))

const MINUTES = 60_000

const cache = join(root, 'node_modules', '.cache', 'perceptual-loss')

/** The folder of this name that `make` fills from these files and folders of the checkout, or that an earlier call has filled from the same. Whoever uses it leaves it as it is. */
export const madeOnce = async (name: string, inputs: readonly string[], make: (folder: string) => Promise<void>): Promise<string> => {
  await mkdir(cache, { recursive: true })
  const folder = join(cache, `${name}-${await hashOf(inputs)}`)
  const lock = `${folder}.lock`
  while (!existsSync(folder)) {
    if (await locked(lock)) {
      try {
        if (!existsSync(folder)) await fill(name, folder, make)
      } finally {
        await rmdir(lock).catch(() => undefined)
      }
    } else await after(200)
  }
  return folder
}

/** The folder appears when it is whole; those of earlier inputs go. */
const fill = async (name: string, folder: string, make: (folder: string) => Promise<void>): Promise<void> => {
  for (const old of await readdir(cache))
    if (old.startsWith(`${name}-`) && (await ageOf(join(cache, old))) > 30 * MINUTES) await rm(join(cache, old), { recursive: true, force: true })
  const work = await mkdtemp(`${folder}.`)
  await make(work)
  // On a very busy machine another may have taken the lock for one left behind, and been faster.
  await rename(work, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error
    await rm(work, { recursive: true, force: true })
  })
}

/** Whether this process got the lock. One that is older than making takes was left behind. */
const locked = async (lock: string): Promise<boolean> => {
  try {
    await mkdir(lock)
    return true
  } catch {
    if ((await ageOf(lock)) > 3 * MINUTES) await rmdir(lock).catch(() => undefined)
    return false
  }
}

/** Milliseconds since the file was changed; 0 where it is gone. */
const ageOf = async (file: string): Promise<number> => Date.now() - (await stat(file).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs

const hashOf = async (inputs: readonly string[]): Promise<string> => {
  const hash = createHash('sha256')
  // Not what npm installed in folders of tools, 10,000 files, nor what was built of the playground.
  const files = globSync(
    inputs.flatMap((input) => [input, `${input}/**`]),
    { cwd: root, ignore: ['**/node_modules/**', '**/dist/**'], expandDirectories: false },
  )
  for (const file of files.sort()) hash.update(file).update(await readFile(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}
