/**
 * Losses written as Python, run in real PyTorch and Keras on golden pictures: the same values and gradients.
 *
 * Tolerance: 1e-4 of the value and of the gradient's norm; float32 sums in another order differ by 1e-6 to 1e-5.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonOf } from '../../../scripts/python/environment.js'
import { alexnet, alexnetShiftTolerant, compile, describeError, mergeExtractors, vgg16, type Extractor } from '../../../src/index.js'
import { tryToKeras, tryToTorch } from '../../../src/python/index.js'
import { goldenImage } from '../../support/images.js'
import { norm, take } from '../../support/tensors.js'
import { AT_KINKS, WRITTEN, type Written } from './losses.js'

const TOLERANCE = 1e-4
const WRITERS = { torch: tryToTorch, keras: tryToKeras } as const

interface Result {
  readonly value: number
  readonly gradient: Float32Array
}

const PAIRS = { small: ['coffee.png', 'coffee_noise.png'], large: ['chelsea.png', 'chelsea_blur.png'] } as const
const STYLE = 'chelsea_noise.png'

let folder = ''
let extractor: Extractor<string>
const images = new Map<string, Tensor4D>()
const files = new Map<string, { readonly file: string; readonly shape: readonly number[] }>()

const pairOf = ({ large = false, pictures = PAIRS[large ? 'large' : 'small'] }: Written) => pictures

const needed = (written: Written): readonly string[] => compile(written.loss, extractor).needs.references.filter((name) => name !== 'target')

/** The parameter of a reference: its name, where the module does not say that it is another. */
const parameterOf = (module: string, reference: string): string =>
  new RegExp(`The reference "${reference}" is the parameter (\\w+)\\.`).exec(module)?.[1] ?? reference

const ours = (written: Written): Result => {
  const f = compile(written.loss, extractor) as unknown as (references: Readonly<Record<string, Tensor4D>>, prediction: Tensor4D) => tf.Scalar
  const [target, prediction] = pairOf(written).map((name) => images.get(name)!) as [Tensor4D, Tensor4D]
  const { value, grad } = tf.valueAndGrad((x) =>
    f({ ...Object.fromEntries(needed(written).map((name) => [name, images.get(STYLE)!])), target }, x as Tensor4D),
  )(prediction)
  return { value: take(value)[0] ?? Number.NaN, gradient: take(grad) }
}

/** Every loss that runs in Python. */
const ALL = { ...WRITTEN, ...AT_KINKS }

const theirs = async (library: keyof typeof WRITERS, python: string): Promise<ReadonlyMap<string, Result>> => {
  const jobs = await Promise.all(
    Object.entries(ALL).map(async ([name, written], i) => {
      const text = WRITERS[library](written.loss)
      if (E.isLeft(text)) throw new Error(`${name}: ${describeError(text.left)}`)
      const module = join(folder, `${library}_${String(i)}.py`)
      await writeFile(module, text.right)
      const [target, prediction] = pairOf(written)
      return {
        name,
        module,
        target: files.get(target),
        prediction: files.get(prediction),
        others: Object.fromEntries(needed(written).map((reference) => [parameterOf(text.right, reference), files.get(STYLE)])),
        gradient: `${module}.gradient`,
      }
    }),
  )
  const weights = Object.fromEntries(
    ['vgg16', 'alexnet', 'alexnetShiftTolerant'].map((name) => [name, fileURLToPath(new URL(`../../../weights/${name}.safetensors`, import.meta.url))]),
  )
  const values = await runPython(python, { library, jobs, weights })
  const results = await Promise.all(
    jobs.map(async ({ name, gradient }, i) => [name, { value: values[i] ?? Number.NaN, gradient: floats(await readFile(gradient)) }] as const),
  )
  return new Map(results)
}

const floats = (bytes: Buffer): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)

const runPython = (python: string, request: unknown): Promise<readonly number[]> =>
  new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('run_modules.py', import.meta.url))
    const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', KERAS_BACKEND: 'tensorflow' }
    const child = execFile(python, [script], { env: environment, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const result = stdout.split('RESULT')[1]
      if (result === undefined) reject(new Error(`${error?.message ?? ''}\n${stderr}`))
      else resolve(JSON.parse(result) as readonly number[])
    })
    child.stdin?.end(JSON.stringify(request))
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-python-'))
  extractor = mergeExtractors(mergeExtractors(await vgg16(), await alexnet()), await alexnetShiftTolerant())
  for (const name of new Set([...Object.values(ALL).flatMap(pairOf), STYLE])) {
    const image = tf.concat4d(await Promise.all(name.split('+').map(goldenImage)), 0)
    images.set(name, image)
    files.set(name, { file: join(folder, `${name}.f32`), shape: image.shape })
    await writeFile(join(folder, `${name}.f32`), new Uint8Array((await image.data()).slice().buffer))
  }
})

afterAll(async () => {
  tf.dispose([...images.values()])
  extractor.dispose()
  await rm(folder, { recursive: true, force: true })
})

describe.each(['torch', 'keras'] as const)('in %s', (library) => {
  let results: ReadonlyMap<string, Result>

  beforeAll(async () => {
    results = await theirs(library, await pythonOf(library))
  }, 900_000)

  it.each(Object.entries(WRITTEN))('%s', (name, written) => {
    const [us, them] = [ours(written), results.get(name)!]
    expect(Math.abs(us.value - them.value), `ours ${String(us.value)}, Python's ${String(them.value)}`).toBeLessThanOrEqual(
      TOLERANCE * Math.abs(us.value) + 1e-7,
    )
    expect(them.gradient).toHaveLength(us.gradient.length)
    const difference = norm(us.gradient.map((g, i) => g - (them.gradient[i] ?? Number.NaN)))
    expect(difference).toBeLessThanOrEqual(TOLERANCE * norm(us.gradient) + 1e-9)
  })

  it.each(Object.entries(AT_KINKS))('%s: the value, and a finite gradient', (name, written) => {
    const [us, them] = [ours(written), results.get(name)!]
    expect(Math.abs(us.value - them.value), `ours ${String(us.value)}, Python's ${String(them.value)}`).toBeLessThanOrEqual(
      TOLERANCE * Math.abs(us.value) + 1e-6,
    )
    // Which of equal numbers has the slope is each library's own choice, and a rounding's: the size is held.
    expect(them.gradient.every(Number.isFinite)).toBe(true)
    expect(norm(them.gradient)).toBeLessThanOrEqual(10 * norm(us.gradient) + 1e-3)
  })
})
