/** The hinge loss of generators and discriminators. */
import { expect, it } from 'vitest'
import { hinge, pixels } from '../../src/index.js'
import { judges } from '../support/adversarial.js'

judges('hinge')

it('rejects an unknown side', () => {
  expect(() => hinge(pixels, { side: 'judge' as never })).toThrow(/hinge: wrong option side: received "judge", expected one of "generator", "real", "fake"/)
})
