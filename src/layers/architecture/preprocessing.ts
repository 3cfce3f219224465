/**
 * Preprocessing of pictures for a network. It belongs to the weights, not to the network.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { perChannel } from '../../core/tensors/perChannel.js'
import { oneOf } from '../../core/arguments/codecs.js'

/**
 * 'torchvision': RGB in [0, 1], minus ImageNet's mean, over its standard deviation. 'caffe' (Keras' VGG): BGR in [0, 255] minus the mean.
 *
 * Source: torchvision's `ImageClassification` transforms; `keras/src/applications/imagenet_utils.py`.
 */
export type Preprocessing = 'torchvision' | 'caffe'

/** Every name. */
export const PREPROCESSINGS: readonly Preprocessing[] = ['torchvision', 'caffe']

export const aPreprocessing = oneOf('torchvision', 'caffe')

const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]
const CAFFE_MEAN = [103.939, 116.779, 123.68]

/** Converts pictures RGB in [0, 1] to the network's input; differentiable. */
export const preprocess = (preprocessing: Preprocessing, images: Tensor4D): Tensor4D =>
  preprocessing === 'caffe'
    ? perChannel(tf.sub, tf.mul(tf.reverse(images, 3), 255), tf.tensor1d(CAFFE_MEAN))
    : perChannel(tf.div, perChannel(tf.sub, images, tf.tensor1d(MEAN)), tf.tensor1d(DEVIATION))
