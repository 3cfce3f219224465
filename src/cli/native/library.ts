/**
 * TensorFlow's C library in the cache folder: fetched by pip, checked by SHA-256, unpacked.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { failure } from './installError.js'
import { complaint, runProgram } from './runProgram.js'
import { pipArguments, type Library, type Wheel } from './wheels.js'

/** The needed files of the wheels: the libraries, the C headers, NVIDIA's libraries, and the licences. */
const NEEDED = [
  ...['tensorflow/libtensorflow_cc.', 'tensorflow/libtensorflow_framework.', 'tensorflow/THIRD_PARTY_NOTICES.txt'],
  ...['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/', 'LICENSE'].map((path) => `tensorflow/include/${path}`),
  'nvidia/',
]

const UNPACK = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(tuple(sys.argv[3:]))])`

/** The folder `tensorflow` of a library in the cache. */
export const libraryPath = (cache: string, { name }: Library): string => join(cache, name, 'tensorflow')

/** The same folder, fetched if it is not in the cache. */
export const libraryFolder = async (cache: string, library: Library, say: (line: string) => void): Promise<string> => {
  const folder = join(cache, library.name)
  const lacking = NECESSARY.find((file) => !isWhole(join(folder, file)))
  if (lacking === undefined) say(`TensorFlow's library is in ${folder}`)
  else {
    if (existsSync(folder)) say(`${folder} is damaged (${lacking} is missing); fetching it again`)
    await fetchLibrary(cache, folder, library, say)
  }
  return libraryPath(cache, library)
}

/** The files of a complete library folder. */
const NECESSARY = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h'].map((file) => join('tensorflow', file))

const isWhole = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0

/** Puts a finished folder in its place. Another installer may have done so meanwhile: its folder is as good, and may be in use. */
const settle = async (whole: string, folder: string): Promise<void> => {
  if (NECESSARY.every((file) => isWhole(join(folder, file)))) return
  await rm(folder, { recursive: true, force: true })
  try {
    await rename(whole, folder)
  } catch (error) {
    if (!NECESSARY.every((file) => isWhole(join(folder, file)))) throw error
  }
}

const fetchLibrary = async (cache: string, folder: string, library: Library, say: (line: string) => void): Promise<void> => {
  const python = await pythonWithPip()
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(`${folder}.`)
  try {
    for (const wheel of library.wheels) {
      say(`fetching ${wheel.file} with pip`)
      await fetchWheel(python, wheel, work)
      say('its SHA-256 is correct; unpacking')
      await unpack(python, join(work, wheel.file), join(work, 'whole'))
    }
    await settle(join(work, 'whole'), folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The Python to fetch with. */
const pythonWithPip = async (): Promise<string> => {
  for (const name of ['python3', 'python']) {
    const { status } = await runProgram(name, ['-m', 'pip', '--version'])
    if (status === 0) return name
    if (status !== 'missing' && (await runProgram(name, ['--version'])).status === 0)
      throw failure(`${name} has no pip, which fetches TensorFlow's library`, 'Install it (Debian: apt-get install python3-pip), then run this again.')
  }
  throw failure("no python3 with pip was found to fetch TensorFlow's library", 'Install it (Debian: apt-get install python3-pip), then run this again.')
}

const fetchWheel = async (python: string, wheel: Wheel, into: string): Promise<void> => {
  const pip = await runProgram(python, ['-m', 'pip', 'download', '--disable-pip-version-check', '--retries', '2', '--dest', into, ...pipArguments(wheel)])
  if (pip.status !== 0)
    throw failure(`pip did not fetch ${wheel.file} (${complaint(pip)})`, 'Check that pip can reach its package index and that the disk has 2 GB free.')
  const received = await sha256(join(into, wheel.file))
  if (received !== wheel.sha256)
    throw failure(
      `${wheel.file} has the wrong checksum: received SHA-256 ${received}, expected ${wheel.sha256}`,
      'It was deleted without running anything from it.',
    )
}

const sha256 = async (file: string): Promise<string> => {
  if (!existsSync(file)) throw failure(`pip fetched a different file than ${file}`, 'Update pip, then run this again.')
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

const unpack = async (python: string, wheel: string, into: string): Promise<void> => {
  const unpacked = await runProgram(python, ['-c', UNPACK, wheel, into, ...NEEDED])
  if (unpacked.status !== 0) throw failure(`${wheel} was not unpacked (${complaint(unpacked)})`, 'Check that the disk has 2 GB free.')
  await rm(wheel)
}
