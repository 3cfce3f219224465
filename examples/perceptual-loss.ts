/**
 * The perceptual loss of the Keras article: two images are as far apart as their features in VGG16.
 */
import * as tf from '@tensorflow/tfjs'
import { compile, featureAt, mae, perceptual, show, sum, vgg16 } from '../src/index.js'
import { useFastestBackend } from '../src/node/index.js'

await useFastestBackend()
const extractor = await vgg16()
const yTrue = tf.randomUniform([1, 256, 256, 3])
const yPred = tf.randomUniform([1, 256, 256, 3])

// The article's own: the mean squared error of block2_conv2 and of block3_conv3, added.
const squared = perceptual()
// The same with another metric, composed.
const absolute = sum(mae(featureAt('block2_conv2')), mae(featureAt('block3_conv3')))

for (const loss of [squared, absolute]) {
  const f = compile(loss, extractor)
  console.log(`${show(loss)}: ${String(f(yTrue, yPred).dataSync()[0])}`)
}
