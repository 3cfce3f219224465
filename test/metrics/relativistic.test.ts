/** The relativistic average losses: each player judges the difference of logits. */
import { describe, it } from 'vitest'
import { compile, pixels, relativistic } from '../../src/index.js'
import { FAR, GAMES, OBJECTIVES, close, expectFinite, logits, sampleMeans, values } from '../support/adversarial.js'
import { take } from '../support/tensors.js'

describe.each(OBJECTIVES)('%s', (objective) => {
  const game = GAMES[objective]

  it('judges the difference, each player from its side', () => {
    const [a, b] = [logits(5), logits(6)]
    const differences = values(b).map((x, i) => x - (values(a)[i] ?? 0))
    close(take(compile(relativistic(pixels, { objective })).perSample(a, b)), sampleMeans(differences.map(game.real)))
    const judge = compile(relativistic(pixels, { objective, side: 'discriminator' }))
    close(take(judge.perSample(a, b)), sampleMeans(differences.map((d) => game.real(-d))))
  })

  it.each(FAR)('is finite, and so is its gradient, for logits of %d', (x) => {
    expectFinite(relativistic(pixels, { objective }), x)
    expectFinite(relativistic(pixels, { objective, side: 'discriminator' }), x)
  })
})
