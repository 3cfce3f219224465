/**
 * Eigenvalues and eigenvectors of small symmetric matrices, on every backend, without a gradient: Jacobi's method, all disjoint rotations of a round at once.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor3D } from '@tensorflow/tfjs'

/** How often each pair of axes is rotated: 10 x 10 matrices of float32 converge in five. */
const SWEEPS = 6

/** Eigenvalues [matrices, n], and eigenvectors as columns [matrices, n, n]. */
export interface Eigen {
  readonly values: Tensor
  readonly vectors: Tensor
}

/** The rounds of a tournament of an even number of players: who meets whom. */
const rounds = (players: number): readonly (readonly number[])[] =>
  Array.from({ length: players - 1 }, (_, round) => {
    const seat = (i: number): number => (i === 0 ? 0 : 1 + ((i - 1 + round) % (players - 1)))
    const partner = new Array<number>(players).fill(0)
    for (let i = 0; i < players / 2; i++) {
      const [one, other] = [seat(i), seat(players - 1 - i)]
      partner[one] = other
      partner[other] = one
    }
    return partner
  })

/** The rotation that takes the entries of each pair to 0: cosines on the diagonal, sines at the partners. */
const rotation = (matrices: Tensor, partner: readonly number[]): Tensor => {
  const size = partner.length
  const swap = tf.tensor2d(
    partner.map((other) => partner.map((_, i) => (i === other ? 1 : 0))),
    [size, size],
  )
  const first = tf.tensor1d(partner.map((other, i) => (i < other ? 1 : -1)))
  const diagonal = tf.sum(tf.mul(matrices, tf.eye(size)), 2)
  const entry = tf.sum(tf.mul(matrices, swap), 2)
  const difference = tf.sub(tf.gather(diagonal, tf.tensor1d([...partner], 'int32'), 1), diagonal)
  const isPositive = tf.cast(tf.greater(difference, 0), 'float32')
  const isEqual = tf.cast(tf.equal(difference, 0), 'float32')
  const sign = tf.add(tf.mul(tf.sub(tf.mul(isPositive, 2), 1), tf.sub(1, isEqual)), tf.mul(first, isEqual))
  const long = tf.sqrt(tf.add(tf.square(difference), tf.mul(tf.square(entry), 4)))
  const tangent = tf.div(tf.mul(tf.mul(entry, sign), 2), tf.add(tf.add(tf.abs(difference), long), 1e-30))
  const cosine = tf.div(1, tf.sqrt(tf.add(tf.square(tangent), 1)))
  return tf.add(tf.mul(tf.expandDims(cosine, 2), tf.eye(size)), tf.mul(tf.expandDims(tf.mul(tangent, cosine), 2), swap))
}

/** The eigenvalues and eigenvectors of matrices [matrices, n, n], n even. */
export const jacobi = (matrices: Tensor3D): Eigen =>
  tf.tidy(() => {
    const [count, size] = matrices.shape
    // Entries of about 1, whose squares float32 holds.
    const scale = tf.add(tf.max(tf.abs(matrices), [1, 2], true), 1e-30)
    let [rotated, vectors]: [Tensor, Tensor] = [tf.div(matrices, scale), tf.tile(tf.reshape(tf.eye(size), [1, size, size]), [count, 1, 1])]
    for (let sweep = 0; sweep < SWEEPS; sweep++)
      for (const partner of rounds(size)) {
        const turn = rotation(rotated, partner)
        const next = tf.matMul(tf.transpose(turn, [0, 2, 1]), tf.matMul(rotated, turn))
        // Symmetric to the last bit: a pair's two angles are opposite only if both read the same entry.
        rotated = tf.mul(tf.add(next, tf.transpose(next, [0, 2, 1])), 0.5)
        vectors = tf.matMul(vectors, turn)
      }
    return { values: tf.mul(tf.sum(tf.mul(rotated, tf.eye(size)), 2), tf.squeeze(scale, [2])), vectors }
  })
