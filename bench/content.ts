/**
 * Part A: the content loss, mse at block3_conv3, and its gradient in the prediction.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor4D } from '@tensorflow/tfjs'
import { compile, featureAt, mse, vgg16 } from '../src/index.js'
import type { Row, Running, Stepped } from './row.js'
import { stockMse, stockNetwork } from './stock.js'

const loss = mse(featureAt('block3_conv3'))

const step = (f: (prediction: Tensor4D) => Scalar, prediction: Tensor4D): Stepped => {
  const { value, grad } = tf.valueAndGrad((x) => f(x as Tensor4D))(prediction)
  return { value: value, gradient: grad as Tensor4D }
}

const ours = async (make: (f: ReturnType<typeof compiled>) => (prediction: Tensor4D) => Scalar, prediction: Tensor4D): Promise<Running> => {
  const extractor = await vgg16()
  const compiledLoss = compiled(extractor)
  const f = make(compiledLoss)
  return {
    run: () => step(f, prediction),
    dispose: () => {
      compiledLoss.dispose()
      extractor.dispose()
    },
  }
}

const compiled = (extractor: Awaited<ReturnType<typeof vgg16>>) => compile(loss, extractor)

const stockFresh: Row = {
  name: 'stock tape, fresh target',
  group: 'fresh target',
  baseline: true,
  setup: async ({ target, prediction }) => {
    const { features, dispose } = await stockNetwork()
    return { run: () => step((x) => stockMse(features(x), features(target)), prediction), dispose }
  },
}

const stockPrepared: Row = {
  name: 'stock tape, prepared target',
  group: 'prepared target',
  baseline: true,
  setup: async ({ target, prediction }) => {
    const { features, dispose } = await stockNetwork()
    const known = tf.tidy(() => features(target))
    return {
      run: () => step((x) => stockMse(features(x), known), prediction),
      dispose: () => {
        known.dispose()
        dispose()
      },
    }
  },
}

const oursFresh: Row = {
  name: 'perceptual-loss, fresh target',
  group: 'fresh target',
  baseline: false,
  setup: ({ target, prediction }) => ours((f) => (x) => f(target, x), prediction),
}

const oursPrepared: Row = {
  name: 'perceptual-loss, prepared target',
  group: 'prepared target',
  baseline: false,
  setup: ({ target, prediction }) => ours((f) => f.prepare(target), prediction),
}

/** Every row of part A. */
export const contentRows: readonly Row[] = [stockPrepared, oursPrepared, stockFresh, oursFresh]
