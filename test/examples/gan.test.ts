/** The article's GAN: thirty steps of it, and the program as a person runs it. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { makeGame } from '../../examples/gan/game.js'
import { makeBatches } from '../../examples/gan/patches.js'
import { compile, perceptual, registerWasmKernels, type BreakdownRow } from '../../src/index.js'
import { sharedVgg16 } from '../support/network.js'
import { shapeOf, temporaryFolder } from './folder.js'
import { run } from './run.js'

registerWasmKernels()

const part = (rows: readonly BreakdownRow[], name: string): number =>
  rows.filter((row) => row.name.startsWith(name)).reduce((total, { value }) => total + value, 0)

describe('thirty steps of the game', () => {
  const weights = { adversarialWeight: 1, perceptualWeight: 0.1, featureWeight: 1 }

  it.each(['nonSaturating', 'hinge'] as const)('with the objective %s bring the perceptual loss down, and leave no tensor', async (objective) => {
    const vgg = await sharedVgg16()
    const sizes = { size: 16, width: 8, seed: 1 }
    const batches = await makeBatches({ size: 16, patches: 4, batch: 4, seed: 1 })
    const [{ real, codes }] = batches as [(typeof batches)[number]]
    // VGG16's weights are put onto the backend once, those of its gradient by the first one.
    tf.dispose(tf.grad((x) => compile(perceptual(), vgg)(real, x))(real))
    const idle = tf.memory().numTensors
    // Ten times the article's rate: thirty steps are few.
    const game = makeGame(vgg, sizes, { ...weights, objective }, 2e-3)
    const before = await game.breakdown(real, codes)
    const losses = [await game.step(real, codes), await game.step(real, codes)]
    const settled = tf.memory().numTensors
    for (let i = 2; i < 30; i++) losses.push(await game.step(real, codes))
    expect(tf.memory().numTensors).toBe(settled)
    const after = await game.breakdown(real, codes)
    expect(losses.every(({ generator, discriminator }) => Number.isFinite(generator) && Number.isFinite(discriminator))).toBe(true)
    expect(part(after, 'perceptual')).toBeLessThan(0.9 * part(before, 'perceptual'))
    // The discriminator learns, too.
    expect(Math.min(...losses.map(({ discriminator }) => discriminator))).toBeLessThan(0.9 * (losses[0]?.discriminator ?? 0))
    game.dispose()
    // Each Adam leaves the tensors of its accumulated betas.
    expect(tf.memory().numTensors - idle).toBeLessThanOrEqual(4)
    tf.dispose([real, codes])
  })
})

describe('npm run example -- gan', () => {
  const inFolder = temporaryFolder('gan')

  const TINY = ['gan', '--size', '16', '--patches', '4', '--batch', '2', '--width', '4']

  it('trains, prints each epoch and writes its samples', async () => {
    const out = inFolder('made')
    const { code, stdout, stderr } = await run('run.ts', [...TINY, '--epochs', '2', '--out', out])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(await readdir(out)).toEqual(['epoch-000.png', 'epoch-001.png', 'epoch-002.png'])
    // Three rows of two pictures of 16 pixels within frames of 2, three times as large.
    expect(await shapeOf(join(out, 'epoch-002.png'))).toEqual([1, 3 * 3 * 20, 3 * 2 * 20, 3])
    expect(stdout).toContain("named('perceptual', sum(weighted(0.1, mse(featureAt('block2_conv2'))), weighted(0.1, mse(featureAt('block3_conv3')))))")
    expect(stdout.match(/^epoch \d of 2: generator \S+ \(adversarial \S+, perceptual \S+, features \S+\), discriminator \S+, \d+\.\d s$/gm)).toHaveLength(2)
  })

  it('stops by Ctrl-C and keeps the samples so far', async () => {
    const out = inFolder('stopped')
    const { code, stdout } = await run('run.ts', [...TINY, '--epochs', '1000', '--out', out], /epoch 2 of/)
    expect(code).toBe(130)
    expect(stdout).toMatch(/Stopped in epoch \d+ of 1000\./)
    expect((await readdir(out)).length).toBeGreaterThanOrEqual(3)
  })

  it('explains its options, and answers others with one line', async () => {
    const { code, stdout } = await run('run.ts', ['gan', '--help'])
    expect(code).toBe(0)
    for (const option of ['size', 'patches', 'batch', 'epochs', 'width', 'rate', 'objective', 'perceptual-weight', 'seed', 'out', 'backend'])
      expect(stdout).toContain(`--${option} `)
    const refused = await Promise.all(
      [
        ['--size', '20'],
        ['--objective', 'wgan'],
        ['--epoch', '3'],
      ].map(async (args) => {
        const received = await run('run.ts', ['gan', ...args])
        expect(received).toMatchObject({ code: 2, stdout: '' })
        return received.stderr.trimEnd()
      }),
    )
    expect(refused).toEqual([
      "--size: received '20', expected a multiple of 8: the generator doubles its first grid three times.",
      "--objective: received 'wgan', expected one of nonSaturating, leastSquares, hinge.",
      expect.stringContaining("Unknown option '--epoch'"),
    ])
  })
})
