/** The fine-tuned upscaler without its package: which pixels are held out, and what is said when the package is missing. The long tests run the program. */
import { pathToFileURL } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { parted, readPhotographs } from '../../examples/fine-tune/photographs.js'
import { halved, loadUpscaler } from '../../examples/fine-tune/upscaler.js'
import { registerWasmKernels } from '../../src/index.js'
import { temporaryFolder } from './folder.js'
import { run } from './run.js'

registerWasmKernels()
const inFolder = temporaryFolder('fine-tune')

/** A picture whose pixels are their column. */
const columns = (height: number, width: number): tf.Tensor4D => tf.tile(tf.reshape(tf.range(0, width), [1, 1, width, 1]), [1, height, 1, 3]) as tf.Tensor4D

it('no column is both trained on and held out', () => {
  const { left, right } = parted(columns(5, 31))
  // Two thirds of 31 are 20.7; the sides of the held-out part are even.
  expect([left.shape, right.shape]).toEqual([
    [1, 5, 21, 3],
    [1, 4, 10, 3],
  ])
  expect([left.max().dataSync()[0], right.min().dataSync()[0]]).toEqual([20, 21])
})

it('four photographs are trained on in part, the fifth not at all', async () => {
  const { learned, heldOut } = await readPhotographs()
  expect(learned.map(({ shape }) => shape)).toEqual([
    [1, 512, 341, 3],
    [1, 512, 341, 3],
    [1, 299, 299, 3],
    [1, 448, 299, 3],
  ])
  expect(Object.entries(heldOut).map(([name, { shape }]) => [name, shape])).toEqual([
    ['gravel', [1, 512, 170, 3]],
    ['grass', [1, 512, 170, 3]],
    ['coffee', [1, 298, 148, 3]],
    ['astronaut', [1, 448, 148, 3]],
    ['chelsea', [1, 300, 450, 3]],
  ])
})

it('a small picture is the mean of each four pixels', () => {
  const picture = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1])
  expect(Array.from(halved(picture).dataSync())).toEqual([3.5, 5.5])
})

it('a missing package is one line with the command that installs it', async () => {
  await expect(loadUpscaler(pathToFileURL(`${inFolder('empty')}/`))).rejects.toThrow('The upscaler is not installed; run npm ci --prefix examples/fine-tune.')
})

it.each([
  [['--steps', '0'], "--steps: received '0', expected a whole number from 1 to 100000."],
  [['--rate', 'fast'], "--rate: received 'fast'"],
])('the options %j are refused', async (args, line) => {
  const { code, stderr } = await run('run.ts', ['fine-tune', ...args])
  expect([code, stderr]).toEqual([2, expect.stringContaining(line)])
})
