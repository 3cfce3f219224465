/**
 * The binding between Node and TensorFlow's C library, compiled from the sources in the npm package. The cache keeps it under a hash of its inputs.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { failure } from './installError.js'
import { complaint, runProgram } from './runProgram.js'

/** The newest Node-API that the package's loader knows; every Node since 16 has it. */
const NODE_API = '8'

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc']

/**
 * A library that stays in the process. Node would unload it with the last worker thread that uses it and load it again with the next, but TensorFlow keeps what it registered, and
 * ends the process where it is registered again.
 */
export const STAYS_LOADED = '-Wl,-z,nodelete'

/** Where the package looks for it. */
export const bindingPath = (pack: string): string => join(pack, 'lib', `napi-v${NODE_API}`, 'tfjs_binding.node')

/** A binding of a package to a library. */
export interface Binding {
  readonly cache: string
  /** The folder of the npm package. */
  readonly pack: string
  /** The folder `tensorflow` of the library. */
  readonly library: string
  /** Compiles it even if it is in the cache. */
  readonly rebuild: boolean
  readonly say: (line: string) => void
}

/** Installs the binding in the package, compiled if it is not in the cache; returns whether it was cached. */
export const layBinding = async (binding: Binding): Promise<boolean> => {
  const { pack, say } = binding
  const [kept, copied] = [await keptBinding(binding), await isCached(binding)]
  if (copied) say('copying the compiled binding from the cache')
  else await compile(binding, kept)
  await mkdir(dirname(bindingPath(pack)), { recursive: true })
  await copyWhole(kept, bindingPath(pack))
  return copied
}

/** Whether the cache has it: no compiler is needed. */
export const isCached = async (binding: Binding): Promise<boolean> => !binding.rebuild && existsSync(await keptBinding(binding))

const keptBinding = async ({ cache, pack, library }: Binding): Promise<string> => {
  const hash = createHash('sha256').update(`${library} ${process.arch} ${NODE_API} ${STAYS_LOADED}`)
  const folder = join(pack, 'binding')
  for (const file of (await readdir(folder)).sort()) hash.update(file).update(await readFile(join(folder, file)))
  return join(cache, 'bindings', `${hash.digest('hex').slice(0, 16)}.node`)
}

/** The compiler: CXX, or g++, or c++; looked up before anything large is fetched. */
export const compiler = async (): Promise<string> => {
  for (const name of [process.env['CXX'], 'g++', 'c++'])
    if (name !== undefined && name !== '' && (await runProgram(name, ['--version'])).status === 0) return name
  throw failure('no C++ compiler (g++) was found', 'Install it (Debian: apt-get install g++), then run this again.')
}

const compile = async ({ cache, pack, library, say }: Binding, kept: string): Promise<void> => {
  const [program, headers] = [await compiler(), await nodeHeaders(cache)]
  await mkdir(dirname(kept), { recursive: true })
  const beside = `${kept}.${randomUUID()}.tmp`
  const began = performance.now()
  say(`compiling the binding with ${program}`)
  const built = await runProgram(program, [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${NODE_API}`, `-I${headers}`, `-I${join(library, 'include')}`],
    ...SOURCES.map((file) => join(pack, 'binding', file)),
    ...[`-L${library}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${library}`, STAYS_LOADED, '-o', beside],
  ])
  if (built.status !== 0) await rm(beside, { force: true })
  if (built.status !== 0) throw failure(`${program} did not compile the binding (${complaint(built)})`, 'Use g++ 9 or later.')
  await rename(beside, kept)
  say(`compiled in ${((performance.now() - began) / 1000).toFixed(0)} s`)
}

/** The folder that has node_api.h: Node's own, or that of the npm package node-api-headers, put into the cache. */
export const nodeHeaders = async (cache: string): Promise<string> => {
  const own = [dirname(dirname(process.execPath)), process.env['npm_config_nodedir'] ?? '/usr', '/usr', '/usr/local']
  const fetched = join(cache, 'node_modules', 'node-api-headers', 'include')
  const found = [...own.map((folder) => join(folder, 'include', 'node')), fetched].find((folder) => existsSync(join(folder, 'node_api.h')))
  if (found !== undefined) return found
  const npm = await runProgram('npm', ['install', '--prefix', cache, '--no-save', '--ignore-scripts', 'node-api-headers@1'])
  if (npm.status === 0 && existsSync(fetched)) return fetched
  throw failure(`Node's headers (node_api.h) are missing, and npm did not fetch node-api-headers (${complaint(npm)})`, 'Install them (Debian: libnode-dev).')
}

/** Copies a file atomically; a program that uses the old one keeps it. */
export const copyWhole = async (from: string, to: string): Promise<void> => {
  const beside = `${to}.${randomUUID()}.tmp`
  try {
    await copyFile(from, beside)
    await rename(beside, to)
  } finally {
    await rm(beside, { force: true })
  }
}
