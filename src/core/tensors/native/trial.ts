/** Trials of ops that the native backend may lack, or that may not compute what they should. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { isNativeProcessor } from '../namedOps.js'

/** The results of trials on each backend. */
let known = new WeakMap<object, Map<() => boolean, boolean>>()

/** Runs the trials again, for a library that has got ops since. */
export const forgetTrials = (): void => {
  known = new WeakMap()
}

/** Whether ops work: always false on other backends and on a GPU. The trial runs once per backend; a trial that throws fails, as ops that the library does not know do. */
export const triedOnce =
  (trial: () => boolean): (() => boolean) =>
  () => {
    const backend = tf.backend()
    const results = known.get(backend) ?? new Map<() => boolean, boolean>()
    known.set(backend, results)
    const works = results.get(trial) ?? (isNativeProcessor() && tf.tidy(() => succeeds(trial)))
    results.set(trial, works)
    return works
  }

const succeeds = (trial: () => boolean): boolean => {
  try {
    return trial()
  } catch {
    return false
  }
}

/** Numbers in [-1, 1], the same for the same seed. */
export const trialNumbers = (seed: number, shape: readonly [number, number, number, number]): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => Math.sin(seed + 3 * i)),
    [...shape],
  )

/** Whether no number differs by more than the tolerance. */
export const areClose = (ours: Tensor, theirs: Tensor, tolerance: number): boolean =>
  (tf.max(tf.abs(tf.sub(ours, theirs))).dataSync<'float32'>()[0] ?? Infinity) <= tolerance
