/**
 * Where features show structure rather than texture, by the dispersion of their windows (variance over mean), from coarse features to fine ones; and how much each channel counts, by
 * its entropy. Both of the reference alone.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'
import type { Window } from '../../core/tensors/gaussianWindow.js'
import { channelMean } from '../../core/tensors/perSample.js'
import { bilinearOfCorners, resampled } from '../../core/tensors/resample.js'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { stretched } from './extremes.js'
import { windowMeans, type WindowMeans } from './windowMeans.js'

/** Keeps divisions by means and sums finite. */
const TINY = 1e-12
/** Deviations of dispersion up to this much of the mean are rounding: of a picture of one colour. */
const ROUNDING = 2e-7
/** A range of probabilities up to this is that of rounding. */
const FLAT = 1e-6

const numbers = (condition: () => Tensor): Tensor => stopGradient(() => tf.cast(condition(), 'float32'))

/** How likely each window shows structure, from this feature alone. */
const ofFeature = (x: Tensor4D, window: WindowMeans): Tensor4D => {
  const mean = window.mean(x)
  const variance = tf.relu(tf.sub(window.mean(tf.square(x)), tf.square(mean)))
  const dispersion = tf.mean<Tensor4D>(tf.div(variance, tf.add(tf.abs(mean), TINY)), 3, true)
  if (window.isWhole) return tf.sigmoid(dispersion)
  const centred = tf.sub<Tensor4D>(dispersion, tf.mean(dispersion, [1, 2], true))
  const [, height, width] = centred.shape
  const deviation = safeSqrt(tf.div<Tensor>(tf.sum(tf.square(centred), [1, 2], true), Math.max(1, height * width - 1)))
  const isRounding = numbers(() => tf.lessEqual(deviation, tf.mul(tf.mean(tf.abs(mean), [1, 2, 3], true), ROUNDING)))
  const steps = tf.div(tf.mul(centred, tf.sub(1, isRounding)), tf.add(tf.add(deviation, isRounding), TINY))
  return stretched(tf.sigmoid(steps as Tensor4D), FLAT)
}

/** The map enlarged, or reduced, to so many windows; its corners stay corners. */
const toSize = (map: Tensor4D, height: number, width: number): Tensor4D =>
  resampled(map, bilinearOfCorners(map.shape[1], height), bilinearOfCorners(map.shape[2], width))

/** For each feature how likely its windows show structure, in [0, 1]: its own probability times that of the coarser feature after it, stretched again. */
export const structureMaps = (features: readonly Tensor4D[], window: Window): readonly Tensor4D[] =>
  features.reduceRight<readonly Tensor4D[]>((coarser, feature) => {
    const windows = windowMeans(feature.shape[1], feature.shape[2], window)
    const own = ofFeature(feature, windows)
    const [before] = coarser
    const both = before === undefined ? own : tf.mul<Tensor4D>(own, toSize(before, own.shape[1], own.shape[2]))
    return [windows.isWhole ? both : stretched(both, FLAT), ...coarser]
  }, [])

/** The entropy of each channel's distribution over positions, over the mean entropy of the feature's channels: [batch, channels]. */
const entropies = (x: Tensor4D): Tensor2D => {
  const positive = tf.relu(x)
  const [batch, height, width, channels] = x.shape
  const positions = height * width
  const totals = tf.reshape(tf.mul(channelMean(positive), positions), [batch, 1, 1, channels])
  const share = tf.div(positive, tf.add(totals, TINY))
  const entropy = tf.mul<Tensor2D>(channelMean(tf.mul(share, tf.log(tf.add(share, TINY)))), -positions / Math.LN2)
  return tf.div(tf.mul(entropy, channels), tf.add(tf.sum(entropy, 1, true), TINY))
}

/** How far weights may lie from their mean, in standard deviations. */
const REACH = 0.5

/** The weight of each channel of each feature: [batch, channels] with sum 1 over all of them; equal ones where no channel has entropy. */
export const channelWeights = (features: readonly Tensor4D[]): readonly Tensor2D[] => {
  const all = tf.concat<Tensor2D>(features.map(entropies), 1)
  const total = tf.sum(all, 1, true)
  const isEmpty = numbers(() => tf.lessEqual(total, 0))
  const shares = tf.div(tf.add(all, isEmpty), tf.add(total, tf.mul(isEmpty, all.shape[1])))
  const mean = tf.mean(shares, 1, true)
  const reach = tf.mul(safeSqrt(tf.mean<Tensor>(tf.square(tf.sub(shares, mean)), 1, true)), REACH)
  // By ReLUs: the gradients of `tf.minimum` and `tf.squaredDifference` have the wrong shape where one side is repeated.
  const [least, most] = [tf.sub(mean, reach), tf.add(mean, reach)]
  const above = tf.add(least, tf.relu(tf.sub(shares, least)))
  const clipped = tf.sub(most, tf.relu(tf.sub(most, above)))
  const weights = tf.div<Tensor2D>(clipped, tf.sum(clipped, 1, true))
  const widths = features.map(({ shape }) => shape[3])
  // Slices: the gradient of `tf.split` fails where it splits into one.
  return widths.map((width, i) => tf.slice(weights, [0, widths.slice(0, i).reduce((sum, before) => sum + before, 0)], [-1, width]))
}
