/** NLPD: pyiqa's numbers. */
import { expect, it } from 'vitest'
import { compile, nlpd, pixels } from '../../src/index.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'

agreesWith('pyiqa.nlpd', nlpd(pixels), { of: (v) => v, value: 1e-4, gradient: 1e-3 })
isFiniteEverywhere('nlpd', nlpd(pixels), 17)

it('says which size its levels need', () => {
  const small = noise(1, [1, 16, 20, 3])
  expect(() => compile(nlpd(pixels))(small, small)).toThrow(/both sides must be at least 17 for its six levels/)
})
