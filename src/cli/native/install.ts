/**
 * Puts the native backend into a project: the npm package, and the binding and TensorFlow's library that it needs.
 *
 * The package's own download comes first, if it works. Otherwise, and on machines with CUDA (the download is for CUDA 11), the library comes from TensorFlow's wheels, and the
 * binding is compiled against it. Without `save`, neither package.json nor the lock file changes. The cache keeps the library and the binding, so installing again takes seconds.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { LossException } from '../../index.js'
import { CONVOLUTION_ADDON } from '../../node/loadConvolutions.js'
import { QUIET_ADDON } from '../../node/quietly.js'
import { reasonOf } from '../../node/reason.js'
import { compiler, isCached, layBinding } from './binding.js'
import { layConvolutions } from './convolutionAddon.js'
import { failure } from './installError.js'
import { libraryFolder, libraryPath } from './library.js'
import { isRecorded } from './manifest.js'
import { installPackage, findPackage, ordinaryDownload, PACKAGE } from './package.js'
import { probe, type Probed } from './probe.js'
import { layQuiet } from './quietAddon.js'
import { record, remember } from './recordInManifest.js'
import { runProgram } from './runProgram.js'
import { libraryFor, type Library } from './wheels.js'

/** What is installed, and where. */
export interface Installation {
  /** The folder of the project. */
  readonly project: string
  /** Compiles and installs the binding again, even if it exists. */
  readonly force: boolean
  /** Records it in package.json, so that `npm install` keeps it. */
  readonly save?: boolean
  readonly cache: string
  readonly say: (line: string) => void
}

/** The folder for what is kept: PERCEPTUAL_LOSS_CACHE, or the user's cache folder. A variable that is empty counts as unset, and so does a relative XDG_CACHE_HOME. */
export const cacheFolder = (): string => {
  const [own = '', users = ''] = [process.env['PERCEPTUAL_LOSS_CACHE'], process.env['XDG_CACHE_HOME']]
  if (own !== '') return resolve(own)
  return join(isAbsolute(users) ? users : join(homedir(), '.cache'), 'perceptual-loss')
}

/** Installs it; throws a LossException `NativeUnavailable` with the cause and the fix. */
export const installNative = async (installation: Installation): Promise<void> => {
  const { project, save = false, cache, say } = installation
  if (save) await record(project, say)
  try {
    await make(installation)
  } catch (error) {
    throw withRemedy(error, cache)
  }
  await remember(project)
  const hint = 'package.json does not list it, so the next npm install removes it; native --save adds it'
  if (!save && !(await isRecorded(project, PACKAGE))) say(hint)
}

/** An error of a file in the cache, as the exception that says what to do; any other as it is. */
const withRemedy = (error: unknown, cache: string): unknown => {
  const { code } = error as NodeJS.ErrnoException
  if (error instanceof LossException || code === undefined) return error
  return failure(`a file cannot be read or written (${reasonOf(error)})`, `Make ${cache} a folder that you may write to, or set PERCEPTUAL_LOSS_CACHE to one.`)
}

const make = async (installation: Installation): Promise<void> => {
  const { project, force, cache, say } = installation
  const there = findPackage(project)
  const before = there === undefined || force ? undefined : await probe(there)
  if (there !== undefined && before?.works === true) {
    const { changes, leftOut } = await addAddons(cache, there)
    const news = changes.length > 0 ? `; ${changes.join(', ')} from now on` : leftOut === undefined ? '; nothing to do (--force compiles it again)' : ''
    say(`it is installed and works: ${words(before)}${news}`)
    sayLeftOut(say, leftOut)
    return
  }
  const pack = await installPackage(project, say)
  const cuda = await hasCuda()
  const library = libraryFor(process.platform, process.arch, cuda)
  const kept = library !== undefined && existsSync(join(cache, library.name))
  const ordinary = !cuda && !force && !kept && (await ordinaryDownload(pack, say)) ? await probe(pack) : undefined
  if (ordinary?.works === true) {
    await finish(installation, pack, ordinary)
    return
  }
  const after = await fromWheels(installation, pack, library)
  if (!after.works)
    throw failure(`it does not load under Node ${process.version} (${after.reason})`, 'Node 20, 22 and 24 are known to run it; --force compiles it again.')
  await finish(installation, pack, after)
}

const finish = async ({ cache, say }: Installation, pack: string, works: Works): Promise<void> => {
  const { leftOut } = await addAddons(cache, pack)
  say(`it works: ${words(works)}`)
  sayLeftOut(say, leftOut)
}

const sayLeftOut = (say: Installation['say'], leftOut: string | undefined): void => {
  if (leftOut !== undefined) say(`this package's ops, which are faster than TensorFlow's, were not added: ${leftOut}`)
}

const fromWheels = async ({ cache, force, say }: Installation, pack: string, library: Library | undefined): Promise<Probed> => {
  if (library === undefined)
    throw failure(
      `there is no TensorFlow library for ${process.platform} ${process.arch} in its list`,
      'The WASM backend runs everywhere: npm install @tensorflow/tfjs-backend-wasm.',
    )
  const binding = { cache, pack, library: libraryPath(cache, library), rebuild: force, say }
  // Reports a missing one before anything large is fetched.
  if (!(await isCached(binding))) await compiler()
  await libraryFolder(cache, library, say)
  const copied = await layBinding(binding)
  const probed = await probe(pack)
  if (probed.works || !copied) return probed
  say(`the binding in the cache does not load (${probed.reason}); compiling it again`)
  await layBinding({ ...binding, rebuild: true })
  return probe(pack)
}

/** What the addons changed, and why our ops were left out. */
interface Added {
  readonly changes: readonly string[]
  readonly leftOut: string | undefined
}

/** Adds the addons to a package that works without them: a new one, one from an older version of this package, or the ordinary download. */
const addAddons = async (cache: string, pack: string): Promise<Added> => {
  const quiet = await changed(join(pack, QUIET_ADDON), cache, () => layQuiet(cache, pack))
  const ops = await changed(join(pack, CONVOLUTION_ADDON), cache, () => layConvolutions(cache, pack))
  const changes = [...(quiet.changed ? ['its log lines are off'] : []), ...(ops.changed ? ["this package's ops run on it"] : [])]
  return { changes, leftOut: ops.why }
}

/** Whether adding a file changed it, and why it could not be added. */
const changed = async (
  file: string,
  cache: string,
  lay: () => Promise<string | undefined>,
): Promise<{ readonly changed: boolean; readonly why: string | undefined }> => {
  const before = await bytesOf(file)
  const why = await lay().catch((error: unknown) => whyNot(withRemedy(error, cache)))
  const after = await bytesOf(file)
  return { changed: after !== undefined && before?.equals(after) !== true, why }
}

/** Not a failure: without a compiler or Node's headers, TensorFlow's own ops run. */
const whyNot = (error: unknown): string =>
  error instanceof LossException && error.error._tag === 'NativeUnavailable' ? `${error.error.reason}. ${error.error.remedy}` : reasonOf(error)

const bytesOf = async (file: string): Promise<Buffer | undefined> => (existsSync(file) ? readFile(file) : undefined)

const hasCuda = async (): Promise<boolean> => (await runProgram('nvidia-smi', ['-L'], { limit: 20 })).status === 0

type Works = Extract<Probed, { readonly works: true }>

const words = ({ tensorflow, gpu }: Works): string => `TensorFlow ${tensorflow} on the ${gpu ? 'GPU' : 'CPU'}`
