/** A loss in Python's onnxruntime: the program of docs/onnx.md, and the numbers. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pythonOf } from '../../../scripts/python/environment.js'
import { alexnet, compile, lpips } from '../../../src/index.js'
import { toOnnx } from '../../../src/onnx/index.js'
import { norm, valueAndGradient } from '../../support/tensors.js'

const run = promisify(execFile)
const SHAPE = [1, 64, 64, 3] as const
const python = await pythonOf('onnxruntime')
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-to-onnx-'))
  await writeFile(join(folder, 'lpips.onnx'), toOnnx(lpips(), await alexnet(), { shape: SHAPE, gradient: true }))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** The same pictures in both languages. */
const PROGRAM = `
import numpy, onnxruntime
session = onnxruntime.InferenceSession('lpips.onnx')
picture = lambda seed: (0.5 + 0.4 * numpy.sin(0.37 * seed * numpy.arange(64 * 64 * 3))).astype('float32').reshape(1, 64, 64, 3)
value, gradient = session.run(['value', 'gradient'], {'target': picture(1), 'prediction': picture(1.1)})
numpy.concatenate([value.reshape(-1), gradient.reshape(-1)]).astype('<f4').tofile('result')
`

it('gives the value and the gradient of the compiled loss', async () => {
  await run(python, ['-c', PROGRAM], { cwd: folder })
  const [theirValue = Number.NaN, ...theirGradient] = new Float32Array(Uint8Array.from(await readFile(join(folder, 'result'))).buffer)
  const picture = (seed: number): Tensor4D =>
    tf.tensor4d(
      Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => 0.5 + 0.4 * Math.sin(0.37 * seed * i)),
      SHAPE as never,
    )
  const f = compile(lpips(), await alexnet())
  const [target, prediction] = [picture(1), picture(1.1)]
  const [value, gradient] = valueAndGradient((x) => f(target, x), prediction)
  expect(Math.abs(value - theirValue)).toBeLessThan(1e-5)
  expect(norm(gradient.map((x, i) => x - (theirGradient[i] ?? Number.NaN))) / norm(gradient)).toBeLessThan(1e-3)
  tf.dispose([target, prediction])
})

it('runs as docs/onnx.md shows', async () => {
  const text = await readFile(new URL('../../../docs/onnx.md', import.meta.url), 'utf8')
  const [, program] = /python -c "\n(import numpy, onnxruntime\n[^"]*)"/.exec(text) ?? []
  const { stdout } = await run(python, ['-c', program ?? 'raise SystemExit(1)'], { cwd: folder })
  expect(stdout).toMatch(/^\S+ \(1, 64, 64, 3\)\n$/)
})
