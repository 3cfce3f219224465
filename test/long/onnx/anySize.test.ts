/**
 * Losses as ONNX files for pictures of any size, in onnxruntime by WebAssembly: one file at several sizes, odd ones and those that are not square among them, and several batches. Values to 1e-5,
 * gradients to 1e-3 of their norm. Every loss with a name is here: as a file, or as one that is refused.
 */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOSS_NAMES, namedLoss } from '../../../src/cli/namedLosses.js'
import { alexnet, alexnetShiftTolerant, LossException, vgg16, type Extractor, type LossError } from '../../../src/index.js'
import { compileAny } from '../../../src/core/compile/compileAny.js'
import { tryToOnnx } from '../../../src/onnx/index.js'
import { distances, isSame, openOnnx, picturesFor, smooth, type Distances, type OpenOnnx } from '../../support/onnxRuntime.js'

/** Losses whose file holds for any height, width and batch. */
const FREE = [
  'lpips',
  'lpips-vgg',
  'st-lpips',
  'dists',
  'ssim',
  'ms-ssim',
  'psnr',
  'mse',
  'mae',
  'charbonnier',
  'huber',
  'cosine',
  'squared-frobenius',
  'gmsd',
  'ms-gmsd',
  'ciede2000',
  'haar-psi',
  'flip',
  'vif',
  'perceptual',
  'johnson-content',
] as const

/** Losses that compute each sample by itself: any height and width, and the batch of `shape`. */
const ONE_BATCH = ['johnson-style', 'gatys-style', 'sliced-wasserstein'] as const

/** Losses with matrices, blocks or filters of the picture's size. */
const REFUSED = ['a-dists', 'mdsi', 'fsim', 'sr-sim', 'vsi', 'iw-ssim', 'dss', 'nlpd', 'ssimulacra2', 'cw-ssim', 'focal-frequency', 'wasserstein-distortion', 'laplacian-pyramid'] as const // prettier-ignore

/** Their weights are not in the package. */
const WITHOUT_WEIGHTS = ['lpips-squeeze', 'esrgan', 'real-esrgan']

let networks: Readonly<Record<string, Extractor<string>>> = {}

beforeAll(async () => {
  networks = {
    alexnet: (await alexnet()) as Extractor<string>,
    vgg16: (await vgg16()) as Extractor<string>,
    alexnetShiftTolerant: (await alexnetShiftTolerant()) as Extractor<string>,
  }
})

afterAll(() => {
  Object.values(networks).forEach((network) => {
    network.dispose()
  })
})

const fileOf = async (name: string, gradient = true): Promise<E.Either<LossError, Uint8Array>> => {
  const { loss, network } = await namedLoss(name)
  const write = tryToOnnx as (...args: readonly unknown[]) => E.Either<LossError, Uint8Array>
  return write(loss, ...(network === undefined ? [] : [networks[network]]), { shape: [1, 'any', 'any', 3], gradient })
}

/** Runs work on plain JavaScript. */
const onCpu = async <A>(work: () => Promise<A>): Promise<A> => {
  const before = tf.getBackend()
  await tf.setBackend('cpu')
  try {
    return await work()
  } finally {
    await tf.setBackend(before)
  }
}

const comparedAt = async (name: string, file: Uint8Array, { run }: OpenOnnx, shape: readonly [number, number, number, 3]): Promise<Distances> => {
  const { loss, network } = await namedLoss(name)
  const compiled = compileAny(loss, network === undefined ? undefined : networks[network], {})
  if (E.isLeft(compiled)) throw new LossException(compiled.left)
  const pictures = picturesFor(compiled.right, shape)
  const runOpen = (_: Uint8Array, inputs: Parameters<typeof run>[0]): ReturnType<typeof run> => run(inputs)
  const near = await distances(file, compiled.right, pictures, runOpen)
  // Rounding decides on which side of a kink a difference of 0 is, as in toOnnx.test.ts.
  const found = isSame(near) ? near : await onCpu(() => distances(file, compiled.right, pictures, runOpen))
  tf.dispose(pictures)
  compiled.right.dispose()
  return found
}

it('counts every loss with a name', () => {
  expect([...FREE, ...ONE_BATCH, ...REFUSED, ...WITHOUT_WEIGHTS].sort()).toEqual([...LOSS_NAMES].sort())
})

/** The smallest side that a file's metadata states. */
const leastOf = (file: Uint8Array): number => Number(/height of at least (\d+)/.exec(new TextDecoder('latin1').decode(file))?.[1])

describe.each([...FREE, ...ONE_BATCH])('%s', (name) => {
  it('gives the value and the gradient at each size', { timeout: 900_000 }, async () => {
    const file = await fileOf(name)
    if (E.isLeft(file)) throw new LossException(file.left)
    const least = leastOf(file.right)
    // Both pictures are the same where they are a pixel or two, and a loss may have a kink there.
    const side = Math.max(least, 4)
    const batch = (ONE_BATCH as readonly string[]).includes(name) ? 1 : 2
    const shapes = [
      [1, side, side, 3],
      [batch, side + 17, side + 30, 3],
    ] as const
    const open = await openOnnx(file.right)
    for (const shape of shapes) {
      const found = await comparedAt(name, file.right, open, shape)
      expect(isSame(found), `${shape.join(' x ')}: ${JSON.stringify(found)}`).toBe(true)
    }
    if (least > 1) {
      const small = smooth([1, least - 1, least + 5, 3], 1)
      await expect(open.run({ prediction: small, target: small })).rejects.toThrow(/cannot be reshaped/)
      tf.dispose(small)
    }
    await open.close()
  })
})

it.each(REFUSED)('refuses %s', { timeout: 300_000 }, async (name) => {
  // Its value alone depends on the size.
  const file = await fileOf(name, false)
  expect(E.isLeft(file) && new LossException(file.left).message).toMatch(/cannot be 'any'.*give a number/)
})
