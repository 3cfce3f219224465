/** The Laplacian pyramid loss. */
import { expect, it } from 'vitest'
import { laplacianPyramid, laws, show, terms } from '../../src/index.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'

isFiniteEverywhere('laplacianPyramid', laplacianPyramid())

it('has one term per band and one for the residual, and prints as TypeScript', () => {
  expect(terms(laplacianPyramid({ levels: 2 }))).toHaveLength(3)
  expect(show(laplacianPyramid({ levels: 1, sigma: 2 }))).toBe(
    'sum(mae(highPassed(pixels, { sigma: 2 })), mae(resized(blurred(pixels, { sigma: 2 }), { scale: 0.5, antialias: false })))',
  )
  expect(laws(laplacianPyramid())).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, smooth: false })
})
