/**
 * The feature extractor of the Keras article: one VGG16, several of its layers at once.
 */
import * as tf from '@tensorflow/tfjs'
import { featureAt, vgg16 } from '../src/index.js'
import { useFastestBackend } from '../src/node/index.js'

await useFastestBackend()
const extractor = await vgg16()
const image = tf.randomUniform<tf.Rank.R4>([1, 256, 256, 3])

// 'unit': the pixels are RGB in [0, 1]; the extractor preprocesses them as its weights were trained.
const layers = ['block2_conv2', 'block3_conv3'] as const
const taps = layers.map((layer) => featureAt(layer).tap)
const features = tf.tidy(() => [...extractor.features(image, taps, 'unit')])

features.forEach((feature, i) => {
  console.log(`${layers[i] ?? ''}: ${JSON.stringify(feature.shape)}`)
})
tf.dispose([image, ...features])
extractor.dispose()
