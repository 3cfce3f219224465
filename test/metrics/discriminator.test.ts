/** What a discriminator pays: for real pictures and for generated ones. */
import { describe, expect, it } from 'vitest'
import { compile, discriminator, pixels } from '../../src/index.js'
import { FAR, GAMES, OBJECTIVES, SIZE, close, expectFinite, logits, sampleMeans, slope, values } from '../support/adversarial.js'
import { gradientOf, take } from '../support/tensors.js'

describe.each(OBJECTIVES)('%s', (objective) => {
  const game = GAMES[objective]

  it('adds what real and generated pictures cost', () => {
    const [a, b] = [logits(3), logits(4)]
    const f = compile(discriminator(pixels, { objective }))
    close(take(f.perSample(a, b)), sampleMeans(values(b).map((x, i) => game.real(values(a)[i] ?? 0) + game.fake(x))))
    close(
      gradientOf((x) => f(a, x), b),
      values(b).map((x) => slope(game.fake)(x) / SIZE / 2),
      1e-6,
    )
  })

  it.each(FAR)('is finite, and so is its gradient, for logits of %d', (x) => {
    expectFinite(discriminator(pixels, { objective }), x)
  })
})

it('rejects an unknown objective', () => {
  expect(() => discriminator(pixels, { objective: 'wgan' as never })).toThrow(/objective: received "wgan"/)
})
