/**
 * The package as users get it: built, packed by npm once for all test files, and laid into empty folders.
 *
 * What was packed is kept in node_modules/.cache under a hash of all that goes into it, so that only changes are built again.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The checkout. */
export const root = dirname(dirname(import.meta.dirname))

/** What building and packing read. */
const INPUTS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'docs',
  'schema',
  'src',
  'weights',
  'scripts',
]

/** What npm packed. */
export interface Packed {
  /** The .tgz file. */
  readonly tarball: string
  /** The files in it, relative to the package. */
  readonly files: readonly string[]
}

const MINUTES = 60_000

const cache = join(root, 'node_modules', '.cache', 'perceptual-loss')

/** Builds and packs the package, or takes what an earlier call has packed from the same files. */
export const packed = async (): Promise<Packed> => {
  await mkdir(cache, { recursive: true })
  const folder = join(cache, await hashOf(INPUTS))
  const lock = `${folder}.lock`
  while (!existsSync(folder)) {
    if (await locked(lock)) {
      try {
        if (!existsSync(folder)) await pack(folder)
      } finally {
        await rmdir(lock)
      }
    } else await after(200)
  }
  return JSON.parse(await readFile(join(folder, 'packed.json'), 'utf8')) as Packed
}

/** Whether this process got the lock. One that is older than a build takes was left behind. */
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
  for (const input of inputs) for (const file of await filesOf(input)) hash.update(file).update(await readFile(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}

const filesOf = async (input: string): Promise<readonly string[]> => {
  if (!existsSync(join(root, input))) return []
  if (!(await stat(join(root, input))).isDirectory()) return [input]
  const entries = await readdir(join(root, input), { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name).slice(root.length + 1)] : [])).sort()
}

/** Builds in a copy, so that the checkout's own dist stays as it is; the folder appears when it is whole. */
const pack = async (folder: string): Promise<void> => {
  for (const old of await readdir(cache)) if ((await ageOf(join(cache, old))) > 30 * MINUTES) await rm(join(cache, old), { recursive: true, force: true })
  const work = await mkdtemp(`${folder}.`)
  const copy = join(work, 'copy')
  for (const input of INPUTS) if (existsSync(join(root, input))) await cp(join(root, input), join(copy, input), { recursive: true })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', work], { cwd: copy, maxBuffer: 2 ** 26 })
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [{ filename: string; files: { path: string }[] }]
  const result: Packed = { tarball: join(folder, filename), files: files.map(({ path }) => path).sort() }
  await writeFile(join(work, 'packed.json'), JSON.stringify(result))
  await rm(copy, { recursive: true })
  await rename(work, folder)
}

/** A new folder in which the package is installed beside TensorFlow.js, with nothing else that it does not ask for; whoever asked removes it. */
export const installed = async (): Promise<string> => {
  const { tarball } = await packed()
  const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-user-'))
  const modules = join(folder, 'node_modules')
  const ours = join(modules, 'perceptual-loss')
  await mkdir(ours, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', ours, '--strip-components', '1'])
  const { dependencies } = JSON.parse(await readFile(join(ours, 'package.json'), 'utf8')) as { dependencies: Readonly<Record<string, string>> }
  for (const name of [...Object.keys(dependencies), '@tensorflow/tfjs']) {
    await mkdir(dirname(join(modules, name)), { recursive: true })
    await symlink(join(root, 'node_modules', name), join(modules, name), 'junction')
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  return folder
}
