/** A loss in onnxruntime for Python and C++: the program of docs/onnx.md, those of examples/onnxruntime-web, and the numbers. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

describe('the examples', () => {
  const example = (name: string): string => fileURLToPath(new URL(`../../../examples/onnxruntime-web/${name}`, import.meta.url))

  /** "value length": what the compiled loss gives. */
  const expectTheNumbers = async (printed: string): Promise<void> => {
    const [theirValue = Number.NaN, theirLength = Number.NaN] = printed.split(' ').map(Number)
    const wave = (frequency: number): Tensor4D =>
      tf.tensor4d(
        Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => 0.5 + 0.4 * Math.sin(frequency * i)),
        SHAPE as never,
      )
    const f = compile(lpips(), await alexnet())
    const [target, prediction] = [wave(0.37), wave(0.41)]
    const [value, gradient] = valueAndGradient((x) => f(target, x), prediction)
    // Six digits are printed.
    expect(Math.abs(value - theirValue)).toBeLessThan(1e-5)
    expect(Math.abs(theirLength / norm(gradient) - 1)).toBeLessThan(1e-3)
    tf.dispose([target, prediction])
  }

  it('in Python print the value and the length of the gradient', async () => {
    const { stdout } = await run(python, [example('use_loss.py'), 'lpips.onnx'], { cwd: folder })
    await expectTheNumbers(stdout)
  })

  /** A release of onnxruntime for C++, or Debian's packages. No package of PyPI or npm has the headers. */
  const release = process.env['ONNXRUNTIME'] ?? '/usr'
  const include = ['include', 'include/onnxruntime', 'include/onnxruntime/core/session']
    .map((path) => join(release, path))
    .find((path) => existsSync(join(path, 'onnxruntime_cxx_api.h')))

  it('in C++ print the same', async ({ skip }) => {
    skip(include === undefined, `${release} has no onnxruntime_cxx_api.h: set ONNXRUNTIME to the folder of a release of onnxruntime for C++`)
    const lib = join(release, 'lib')
    const compiling = ['-std=c++17', example('use_loss.cpp'), '-I', include ?? '', '-L', lib, '-l', 'onnxruntime', `-Wl,-rpath,${lib}`, '-o', 'use_loss']
    await run('g++', compiling, { cwd: folder })
    const { stdout } = await run(join(folder, 'use_loss'), ['lpips.onnx'], { cwd: folder })
    await expectTheNumbers(stdout)
  })
})
