/**
 * Files of losses in onnxruntime-node, the native runtime: values to 1e-5, gradients to 1e-3 of their norm. In a process of its own, as users run it; TensorFlow.js is not in it.
 *
 * Its install script downloads CUDA libraries; without it the CPU's binary, which the package contains, is all there is.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { namedLoss } from '../../../src/cli/namedLosses.js'
import { compileAny } from '../../../src/core/compile/compileAny.js'
import { alexnet, LossException, vgg16, type Extractor } from '../../../src/index.js'
import { toOnnx } from '../../../src/onnx/index.js'
import { distances, picturesFor, type RunOnnx } from '../../support/onnxRuntime.js'

const write = toOnnx as (...args: readonly unknown[]) => Uint8Array

let [folder, networks]: [string, Readonly<Record<string, Extractor<string>>>] = ['', {}]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-onnx-node-'))
  networks = { alexnet: (await alexnet()) as Extractor<string>, vgg16: (await vgg16()) as Extractor<string> }
})
afterAll(async () => {
  Object.values(networks).forEach((network) => {
    network.dispose()
  })
  await rm(folder, { recursive: true, force: true })
})

const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
const [folder] = process.argv.slice(1)
const session = await InferenceSession.create(folder + '/loss.onnx', { logSeverityLevel: 3 })
const inputs = JSON.parse(readFileSync(folder + '/inputs.json', 'utf8'))
const floats = (name) => new Float32Array(Uint8Array.from(readFileSync(folder + '/' + name)).buffer)
const outputs = await session.run(Object.fromEntries(inputs.map(({ name, shape }) => [name, new Tensor('float32', floats(name + '.input'), shape)])))
for (const [name, { data }] of Object.entries(outputs)) writeFileSync(folder + '/' + name + '.output', data)
console.log(Object.keys(outputs).join())
`

const runInNode: RunOnnx = async (file, inputs) => {
  await writeFile(join(folder, 'loss.onnx'), file)
  await writeFile(join(folder, 'inputs.json'), JSON.stringify(Object.entries(inputs).map(([name, { shape }]) => ({ name, shape }))))
  for (const [name, tensor] of Object.entries(inputs)) await writeFile(join(folder, `${name}.input`), tensor.dataSync<'float32'>())
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM, folder], { cwd: import.meta.dirname })
  const names = stdout.trim().split(',')
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, new Float32Array(Uint8Array.from(await readFile(join(folder, `${name}.output`))).buffer)] as const)),
  )
}

it.each(['mse', 'ssim', 'haar-psi', 'ciede2000', 'lpips', 'dists', 'johnson-style'])('%s', async (name) => {
  const { loss, network } = await namedLoss(name)
  const extractor = network === undefined ? undefined : networks[network]
  const shape = [2, 48, 48, 3] as const
  const compiled = compileAny(loss, extractor, {})
  if (compiled._tag === 'Left') throw new LossException(compiled.left)
  const pictures = picturesFor(compiled.right, shape)
  const file = write(loss, ...(extractor === undefined ? [] : [extractor]), { shape, gradient: true })
  const found = await distances(file, compiled.right, pictures, runInNode)
  expect(found.value, JSON.stringify(found)).toBeLessThan(1e-5)
  expect(found.perSample, JSON.stringify(found)).toBeLessThan(1e-5)
  expect(found.gradient, JSON.stringify(found)).toBeLessThan(1e-3)
  tf.dispose(pictures)
  compiled.right.dispose()
})
