/** The package as users get it: built, packed by npm once for all test files, and laid into empty folders. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { madeOnce, root } from '../support/madeOnce.js'

export { root } from '../support/madeOnce.js'

const run = promisify(execFile)

/** What building and packing read. */
export const INPUTS = [
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

/** Builds and packs the package, or takes what an earlier call has packed from the same files. */
export const packed = async (): Promise<Packed> => {
  const folder = await madeOnce('packed', INPUTS, pack)
  const { filename, files } = JSON.parse(await readFile(join(folder, 'packed.json'), 'utf8')) as { filename: string; files: { path: string }[] }
  return { tarball: join(folder, filename), files: files.map(({ path }) => path).sort() }
}

/** Builds in a copy, so that the checkout's own dist stays as it is. */
const pack = async (folder: string): Promise<void> => {
  const copy = join(folder, 'copy')
  const filter = (path: string): boolean => !path.endsWith('node_modules')
  for (const input of INPUTS) if (existsSync(join(root, input))) await cp(join(root, input), join(copy, input), { recursive: true, filter })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: copy, maxBuffer: 2 ** 26 })
  const [result] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [unknown]
  await writeFile(join(folder, 'packed.json'), JSON.stringify(result))
  await rm(copy, { recursive: true })
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
