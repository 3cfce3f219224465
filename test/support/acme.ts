/** Definitions of a third party, with options of every kind of plain data. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, defineRegularizer, defineTransform } from '../../src/index.js'

/** A metric whose options hold text, lists, records and nothing. */
export const edges = defineMetric({
  id: 'acme.edges',
  options: t.strict({
    label: t.string,
    sizes: t.array(t.number),
    kind: t.union([t.literal('soft'), t.literal('hard')]),
    limit: t.union([t.number, t.null]),
    'per-channel': t.strict({ red: t.number }),
  }),
  defaults: { label: '', sizes: [3], kind: 'soft', limit: null, 'per-channel': { red: 1 } },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: false }),
  apply: () => (reference, prediction) => tf.max(tf.abs(tf.sub(prediction, reference)), [1, 2, 3]),
})

/** A regularizer without options. */
export const brightness = defineRegularizer({
  id: 'acme.lib.brightness',
  laws: () => ({ range: [-Infinity, Infinity], smooth: true }),
  apply: () => (prediction) => tf.mean(prediction, [1, 2, 3]),
})

/** A transform with one option. */
export const power = defineTransform({
  id: 'power',
  options: t.strict({ of: t.number }),
  defaults: { of: 2 },
  smooth: () => true,
  apply:
    ({ of }) =>
    (feature: Tensor) =>
      tf.pow(feature, of),
})
