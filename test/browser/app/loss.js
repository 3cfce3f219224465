/** What the app and the plain page compute: the loss of two pictures, or the error that came instead. */
import * as tf from '@tensorflow/tfjs'
import { compile, LossException, perceptual, vgg16 } from 'perceptual-loss'
import { prediction, SIDE, target } from './pictures.js'

const batch = (picture) => tf.tensor4d(Float32Array.from(picture), [1, SIDE, SIDE, 3])

/** The value of the default perceptual loss. */
export const value = async (options) => {
  await tf.setBackend('cpu')
  const f = compile(perceptual(), await vgg16(options), { range: [0, 255] })
  return (await f(batch(target), batch(prediction)).data())[0]
}

/** The same as data: a value, or an error's tag and sentence. */
export const result = (options) =>
  value(options).then(
    (value) => ({ value }),
    (error) => ({ tag: error instanceof LossException ? error.error._tag : error.name, message: error.message }),
  )
