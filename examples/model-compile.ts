/** `model.compile` takes a perceptual loss as it is: a model learns to enlarge a photograph. */
import * as tf from '@tensorflow/tfjs'
import { compile, mae, perceptual, pixels, sum, vgg16, weighted } from '../src/index.js'
import { readImage, useFastestBackend, writeImage } from '../src/node/index.js'

await useFastestBackend()
const [small, large] = [await readImage('examples/images/coffee.jpg', { size: [64, 96] }), await readImage('examples/images/coffee.jpg', { size: [128, 192] })]
const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 })
const conv = (filters: number) => tf.layers.conv2d({ filters, kernelSize: 5, padding: 'same', activation: 'swish', kernelInitializer })
const model = tf.sequential({ layers: [tf.layers.upSampling2d({ inputShape: [64, 96, 3], size: [2, 2] }), conv(32), conv(32), conv(3)] })
model.compile({ optimizer: tf.train.adam(0.002), loss: compile(sum(weighted(0.1, perceptual()), mae(pixels)), await vgg16()) })
await model.fit(small, large, { epochs: 100 })
await writeImage(process.argv[3] ?? 'enlarged.png', tf.concat([tf.image.resizeBilinear(small, [128, 192]), model.predict(small) as tf.Tensor4D, large], 2))
