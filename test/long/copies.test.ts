/**
 * Two copies of TensorFlow.js in one tree, as package managers lay them out where versions do not agree: the program's own, and one inside this package.
 *
 * Copies in one process share their engine (tfjs-core keeps it on the global object), so tensors, gradients and training pass between them; classes are not shared.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { installed, root } from '../package/packed.js'

const run = promisify(execFile)

const PARTS = ['tfjs', 'tfjs-core', 'tfjs-layers', 'tfjs-data', 'tfjs-converter', 'tfjs-backend-cpu', 'tfjs-backend-webgl'].map((name) => `@tensorflow/${name}`)

/** Copies what Node loads of TensorFlow.js, and links what that needs of others. */
const copy = async (modules: string): Promise<void> => {
  for (const name of PARTS) {
    const [from, to] = [join(root, 'node_modules', name), join(modules, name)]
    const { main, dependencies = {} } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as {
      readonly main: string
      readonly dependencies?: Readonly<Record<string, string>>
    }
    for (const file of ['package.json', main]) await cp(join(from, file), join(to, file))
    for (const other of Object.keys(dependencies).filter((one) => !one.startsWith('@'))) {
      await mkdir(dirname(join(modules, other)), { recursive: true })
      await symlink(join(root, 'node_modules', other), join(modules, other), 'junction').catch(() => undefined)
    }
  }
}

const PROGRAM = `
import * as tf from '@tensorflow/tfjs'
import { createRequire } from 'node:module'
import { compile, featureAt, fromLayersModel, mse, perceptual, pixels, vgg16 } from 'perceptual-loss'

const ours = createRequire(import.meta.resolve('perceptual-loss'))('@tensorflow/tfjs')
const [target, picture] = [1, 2].map((seed) => tf.randomUniform([1, 32, 32, 3], 0, 1, 'float32', seed))
const f = compile(perceptual(), await vgg16())
const { value, grad } = tf.valueAndGrad((x) => f(target, x))(picture)
const before = tf.memory().numTensors
const model = tf.sequential({ layers: [tf.layers.conv2d({ filters: 3, kernelSize: 1, inputShape: [32, 32, 3] })] })
model.compile({ optimizer: 'sgd', loss: compile(mse(pixels)) })
const history = await model.fit(picture, target, { epochs: 2, verbose: 0 })
let said
try {
  fromLayersModel(model)
} catch (error) {
  said = { error: error.error, message: error.message }
}
console.log('RESULT' + JSON.stringify({
  two: ours.Tensor !== tf.Tensor && ours.LayersModel !== tf.LayersModel,
  value: value.dataSync()[0],
  norm: tf.norm(grad).dataSync()[0],
  losses: history.history.loss,
  said,
}))
`

interface Result {
  readonly two: boolean
  readonly value: number
  readonly norm: number
  readonly losses: readonly [number, number]
  readonly said?: { readonly error: unknown; readonly message: string }
}

let folder: string
let one: Result
let two: Result
beforeAll(async () => {
  folder = await installed()
  await writeFile(join(folder, 'program.js'), PROGRAM)
  const result = async (): Promise<Result> => {
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: folder })
    return JSON.parse(stdout.split('RESULT')[1] ?? '') as Result
  }
  one = await result()
  await copy(join(folder, 'node_modules/perceptual-loss/node_modules'))
  two = await result()
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

it('are two', () => {
  expect([one.two, two.two]).toEqual([false, true])
})

it('share their engine: the value, the gradient and the training of the one are those of the other', () => {
  expect(one.value).toBeGreaterThan(0)
  expect([two.value, two.norm]).toEqual([one.value, one.norm])
  expect(two.losses[1]).toBeLessThan(two.losses[0])
})

it("do not share their classes: a model of the program's is rejected, with what to do", () => {
  expect(one.said).toBeUndefined()
  expect(two.said?.error).toEqual({ _tag: 'AnotherTensorFlow', what: 'The model sequential_1', ours: '4.22.0' })
  expect(two.said?.message).toMatch(/The model sequential_1 comes from a different copy of TensorFlow\.js.*npm ls @tensorflow\/tfjs-core.*npm dedupe/)
})
