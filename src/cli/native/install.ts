/**
 * Puts the native backend into a project: the npm package, and the binding and TensorFlow's library that it needs.
 *
 * Its own download comes first, where it works. Otherwise, and on machines with CUDA (its own is for CUDA 11), the library is taken from TensorFlow's wheels and the
 * binding compiled against it. Neither package.json nor the lock file is changed; what took long is in the cache, so that a project installed anew has it again in seconds.
 */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { compiler, layBinding } from './binding.js'
import { failure } from './failure.js'
import { libraryFolder } from './library.js'
import { installPackage, findPackage, ordinaryDownload } from './package.js'
import { probe, type Probed } from './probe.js'
import { runProgram } from './program.js'
import { libraryFor, type Library } from './wheels.js'

/** What is installed, and where. */
export interface Installation {
  /** The folder of the project. */
  readonly project: string
  /** Compiles and lays the binding anew, though it is there. */
  readonly force: boolean
  readonly cache: string
  readonly say: (line: string) => void
}

/** The folder for what is kept: PERCEPTUAL_LOSS_CACHE, or the user's cache folder. */
export const cacheFolder = (): string =>
  process.env['PERCEPTUAL_LOSS_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'perceptual-loss')

/** Installs it; throws a LossException `NativeUnavailable` that says what was in the way. */
export const installNative = async (installation: Installation): Promise<void> => {
  const { project, force, cache, say } = installation
  const there = findPackage(project)
  const before = there === undefined || force ? undefined : await probe(there)
  if (before?.works === true) {
    say(`it is there and works: ${words(before)}; nothing to do (--force makes it anew)`)
    return
  }
  const pack = await installPackage(project, say)
  const cuda = await hasCuda()
  const library = libraryFor(process.platform, process.arch, cuda)
  const kept = library !== undefined && existsSync(join(cache, library.name))
  const ordinary = !cuda && !force && !kept && (await ordinaryDownload(pack, say)) ? await probe(pack) : undefined
  if (ordinary?.works === true) {
    say(`it works: ${words(ordinary)}`)
    return
  }
  await fromWheels(installation, pack, library)
  const after = await probe(pack)
  if (!after.works) throw failure(`it does not load under Node ${process.version} (${after.reason})`, 'Node 20 and 22 are known to run it.')
  say(`it works: ${words(after)}`)
}

const fromWheels = async ({ cache, force, say }: Installation, pack: string, library: Library | undefined): Promise<void> => {
  if (library === undefined)
    throw failure(
      `there is no TensorFlow library for ${process.platform} ${process.arch} in its list`,
      'The WASM backend runs everywhere: npm install @tensorflow/tfjs-backend-wasm.',
    )
  await compiler()
  await layBinding({ cache, pack, library: await libraryFolder(cache, library, say), anew: force, say })
}

const hasCuda = async (): Promise<boolean> => (await runProgram('nvidia-smi', ['-L'], { limit: 20 })).status === 0

const words = ({ tensorflow, gpu }: Extract<Probed, { readonly works: true }>): string => `TensorFlow ${tensorflow} on the ${gpu ? 'GPU' : 'CPU'}`
