/** Eigenvalues and eigenvectors, against what they are defined as. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { jacobi } from '../../src/metrics/ops/jacobi.js'
import { random } from '../support/images.js'
import { take } from '../support/tensors.js'

it('jacobi: vectors of length 1 whose product with the matrix is the value times them, equal diagonals and zeros included', () => {
  const next = random(1)
  const numbers = Float32Array.from({ length: 200 }, () => next() - 0.5)
  const half = tf.tensor3d(numbers, [2, 10, 10])
  const matrices = tf.concat([tf.add(half, tf.transpose(half, [0, 2, 1])), tf.ones([1, 10, 10]), tf.zeros([1, 10, 10])]) as tf.Tensor3D
  const { values, vectors } = jacobi(matrices)
  const apart = tf.sub(tf.matMul(matrices, vectors), tf.mul(vectors, tf.expandDims(values, 1)))
  expect(Math.max(...take(tf.abs(apart)))).toBeLessThan(1e-5)
  expect(Math.max(...take(tf.abs(tf.sub(tf.matMul(tf.transpose(vectors, [0, 2, 1]), vectors), tf.eye(10)))))).toBeLessThan(1e-5)
})
