/**
 * The nuclear norm of a matrix: the sum of its singular values.
 *
 * For covariances S1 = A A^T and S2 = B B^T, trace((S1^1/2 S2 S1^1/2)^1/2) is the nuclear norm of A^T B. So no square root of a matrix is needed.
 */
import { rowProducts, transposed, type Matrix } from './rowProducts.js'
import { symmetricEigen } from './symmetricEigen.js'

/** The nuclear norm of W: square roots of the eigenvalues of W W^T or W^T W, the smaller of both. */
export const nuclearNorm = (matrix: Matrix): number => {
  const flat = matrix.rows <= matrix.columns ? matrix : transposed(matrix)
  const { values } = symmetricEigen(rowProducts(flat, flat), false)
  return values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0)
}
