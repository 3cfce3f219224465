/** How much memory work by tiles needs, and how much it takes. */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { expect } from 'vitest'
import { compile, LossException, tryCompile, type CompiledLoss, type Extractor, type Loss } from '../../src/index.js'
import { noise } from './images.js'
import { gradientOf, take } from './tensors.js'

type Compile = (...args: readonly unknown[]) => E.Either<unknown, CompiledLoss>

/** The least memory that the loss needs for pictures of a shape, as the error says it that 1 byte gives. */
export const leastMemory = (loss: Loss<string, string>, extractor: Extractor<string> | undefined, shape: readonly number[]): string => {
  const f = (tryCompile as unknown as Compile)(loss, ...(extractor === undefined ? [] : [extractor]), { memory: 1 })
  try {
    if (E.isRight(f)) f.right.tiling(shape)
  } catch (error) {
    if (error instanceof LossException && error.error._tag === 'MemoryTooSmall') return error.error.needed
    throw error
  }
  throw new Error('One byte was enough.')
}

/** The most bytes of tensors that there are at once in `work`, besides those that there were: every change of the engine's count is looked at. */
export const peakOver = (work: () => void): number => {
  const state = tf.engine().state as { numBytes: number }
  const before = state.numBytes
  let [now, most] = [before, before]
  Object.defineProperty(state, 'numBytes', {
    configurable: true,
    get: () => now,
    set: (bytes: number) => {
      now = bytes
      most = Math.max(most, bytes)
    },
  })
  try {
    work()
  } finally {
    Object.defineProperty(state, 'numBytes', { configurable: true, writable: true, enumerable: true, value: now })
  }
  return most - before
}

/** The tightest tiles against one piece: values and gradients, and how many tiles there were. */
export const agree = (loss: Loss<string, string>, extractor: Extractor<string> | undefined, shape: readonly [number, number, number, number]): number => {
  const given = (extractor === undefined ? [loss] : [loss, extractor]) as [Loss]
  const memory = leastMemory(loss, extractor, shape)
  const whole = compile(...given)
  const tiled = (compile as (...args: unknown[]) => typeof whole)(...given, { memory })
  // Of different statistics: Grams of the same noise are the same but for rounding, and so is their distance's gradient.
  const [a, b] = [noise(1, shape), tf.tidy(() => tf.square(noise(2, shape)))]
  // Sums of floats in another order: 1e-5 of the largest.
  const near = (received: Float32Array, expected: Float32Array): void => {
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const apart = received.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)
    expect(apart).toBeLessThanOrEqual(1e-5 * scale)
    expect(received.length).toBe(expected.length)
  }
  near(take(tiled.perSample(a, b)), take(whole.perSample(a, b)))
  near(
    gradientOf((x) => tiled(a, x), b),
    gradientOf((x) => whole(a, x), b),
  )
  tf.dispose([a, b])
  return tiled.tiling(shape)?.tiles ?? 0
}
