/**
 * Losses as ONNX files in onnxruntime, by WebAssembly: every built-in metric and transform, every recipe that the package has weights for, and generated losses. Values to 1e-5, gradients to
 * 1e-3 of their norm.
 */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOSS_NAMES, namedLoss } from '../../../src/cli/namedLosses.js'
import { alexnet, alexnetShiftTolerant, show, vgg16, type Extractor, type LossError, type Loss } from '../../../src/index.js'
import { compileAny } from '../../../src/core/compile/compileAny.js'
import { lossArbitrary } from '../../../src/laws/index.js'
import { tryToOnnx } from '../../../src/onnx/index.js'
import { distances, isSame, picturesFor, type Distances } from '../../support/onnxRuntime.js'

type Shape = readonly [number, number, number, 3]
type AnyLoss = Loss<string, string>

/** Losses that need larger pictures than 44 x 44. */
const SIDES: Readonly<Record<string, number>> = { 'cw-ssim': 64, 'iw-ssim': 176, 'ms-ssim': 176, 'ms-gmsd': 176, lpips: 64, 'wasserstein-distortion': 64 }

/**
 * The share of noise in the pictures. Without it, IW-SSIM inverts covariances that are nearly singular, and SR-SIM takes logarithms of amplitudes that are nearly zero: float32 leaves two or three digits of their
 * gradients.
 */
const GRAIN: Readonly<Record<string, number>> = { 'iw-ssim': 0.2, 'sr-sim': 0.2 }

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

/** How far the loss's file is from the loss; a Left where there is no file, or pictures do not fit. */
const compared = async (loss: AnyLoss, network: Extractor<string> | undefined, shape: Shape, grain = 0): Promise<E.Either<LossError, Distances>> => {
  const write = tryToOnnx as (...args: readonly unknown[]) => E.Either<LossError, Uint8Array>
  const file = write(loss, ...(network === undefined ? [] : [network]), { shape, gradient: true })
  const f = compileAny(loss, network, {})
  if (E.isLeft(file)) return file
  if (E.isLeft(f)) return f
  const pictures = picturesFor(f.right, shape, grain)
  const near = await distances(file.right, f.right, pictures)
  // Rounding decides on which side of a kink a difference of 0 is: our own backends differ there, too (1e-2 of a Laplacian pyramid's gradient).
  const found = isSame(near) ? near : await onCpu(() => distances(file.right, f.right, pictures))
  tf.dispose(pictures)
  f.right.dispose()
  return E.right(found)
}

describe('every loss with a name', () => {
  /** Their weights are not in the package. */
  const without = ['lpips-squeeze', 'esrgan', 'real-esrgan']

  it.each(LOSS_NAMES.filter((name) => !without.includes(name)))('%s', async (name) => {
    const { loss, network } = await namedLoss(name)
    const side = SIDES[name] ?? 44
    const found = await compared(loss, network === undefined ? undefined : networks[network], [2, side, side, 3], GRAIN[name])
    expect(E.isRight(found) && isSame(found.right), JSON.stringify(found)).toBe(true)
  })
})

describe('generated losses', () => {
  const COUNT = 60

  it(`at least 95 % of ${String(COUNT)} have a file that gives the same`, async () => {
    const failures: string[] = []
    for (const loss of fc.sample(lossArbitrary({ references: ['style'], minSide: 44 }), { numRuns: COUNT, seed: 18 })) {
      const found = await compared(loss, undefined, [2, 44, 44, 3])
      if (E.isLeft(found) || !isSame(found.right)) failures.push(`${show(loss)}: ${JSON.stringify(found)}`)
    }
    expect(failures.length, failures.join('\n')).toBeLessThanOrEqual(0.05 * COUNT)
  }, 600_000)
})
