/**
 * The commands of docs/onnx.md that export networks for recipes run, and each recipe over its file has the value and the gradient of the Python package: values to 1e-4, gradients to 1e-3.
 *
 * Weights are random, for the real ones are downloads (export_recipes.py); everything else is the packages' own code.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonOf } from '../../../scripts/python/environment.js'
import { compile, dinoPerceptual, dreamsim, featureAt, mse, type Loss } from '../../../src/index.js'
import { fromOnnx, type OnnxOptions } from '../../../src/onnx/index.js'
import { norm, take, valueAndGradient } from '../../support/tensors.js'

interface Case {
  readonly loss: Loss<string, string>
  readonly options: OnnxOptions<string>
  readonly mask?: (side: number) => Tensor4D
}

/** 1 in the left half. */
const left = (side: number): Tensor4D =>
  tf.tidy(() => tf.concat([tf.ones<tf.Rank.R4>([1, side, side / 2, 1]), tf.zeros<tf.Rank.R4>([1, side, side / 2, 1])], 2))

const CASES: Readonly<Record<string, Case>> = {
  dino: { loss: dinoPerceptual(), options: { input: 'imagenet', resize: true } },
  'dino-maps': { loss: dinoPerceptual({ layers: ['block1', 'block2'], mask: 'mask' }), options: { input: 'imagenet', resize: true }, mask: left },
  dreamsim: { loss: dreamsim(), options: { input: 'unit', resize: true } },
  // It takes any size: small pictures, for of large ones some pooling windows nearly tie.
  inception: { loss: mse(featureAt('avgpool')), options: { layers: ['avgpool'], input: { mean: 0.5, std: 0.5 } } },
}

const python = await pythonOf('torch')
/** An environment that somebody else made (PYTHON_ENVIRONMENTS) may lack the packages. */
const hasPackages = await promisify(execFile)(python, ['-c', 'import onnx, dreamsim, dino_perceptual, pytorch_fid']).then(
  () => true,
  () => false,
)
const script = fileURLToPath(new URL('export_recipes.py', import.meta.url))

const commands = async (): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(new URL('../../../docs/onnx.md', import.meta.url), 'utf8')
  const programs = [...text.matchAll(/python -c "\n([^"]*)"/g)].map(([, program = '']) => program)
  return new Map(programs.map((program) => [/'([\w-]+)\.onnx'/.exec(program)?.[1] ?? '', program]))
}

const run = async (name: string, program: string, folder: string): Promise<void> => {
  const child = promisify(execFile)(python, [script, name, folder], { maxBuffer: 1e8 })
  child.child.stdin?.end(program)
  await child
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-recipes-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const floats = async (name: string): Promise<Float32Array> => new Float32Array(Uint8Array.from(await readFile(join(folder, name))).buffer)

describe.each(Object.entries(CASES))('%s', (name, { loss, options, mask }) => {
  it('has the value and the gradient of PyTorch', { timeout: 600_000 }, async ({ skip }) => {
    skip(!hasPackages, `${python} has no dreamsim, dino_perceptual and pytorch_fid`)
    await run(name, (await commands()).get(name) ?? 'raise SystemExit(1)', folder)
    const { side, values } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as { readonly side: number; readonly values: readonly number[] }
    const extractor = await fromOnnx(join(folder, `${name}.onnx`), options)
    const f = compile(loss, extractor)
    const [target, prediction] = await Promise.all(
      ['target', 'prediction'].map(async (kind): Promise<Tensor4D> => tf.tensor4d(await floats(`${name}.${kind}`), [2, side, side, 3])),
    )
    const given = { target: target!, ...(mask === undefined ? {} : { mask: mask(side) }) }
    const ours = take(f.perSample(given, prediction!))
    ours.forEach((value, i) => {
      expect(Math.abs(value / values[i]! - 1)).toBeLessThan(1e-4)
    })
    const [, gradient] = valueAndGradient((x) => f(given, x) as tf.Scalar, prediction!)
    const theirs = await floats(`${name}.gradient`)
    const off = norm(gradient.map((x, i) => x - theirs[i]!)) / norm(theirs)
    expect(off).toBeLessThan(1e-3)
    tf.dispose([given, prediction!])
    extractor.dispose()
  })
})
