/** The losses of adversarial training. */
import type { PythonForm, PythonForms } from '../pythonForm.js'

/** What is paid for a logit, as an expression in `x`. */
interface Game {
  readonly generator: string
  readonly real: string
  readonly fake: string
}

const GAMES: Readonly<Record<string, Game>> = {
  nonSaturating: { generator: 'softplus(-x)', real: 'softplus(-x)', fake: 'softplus(x)' },
  leastSquares: { generator: 'ops.square(x - 1)', real: 'ops.square(x - 1)', fake: 'ops.square(x)' },
  hinge: { generator: '-x', real: 'relu(1 - x)', fake: 'relu(1 + x)' },
  wasserstein: { generator: '-x', real: '-x', fake: 'x' },
}

const uses = ['mean', 'softplus', 'relu']

const regularizer = (id: string, { generator, real, fake }: Game): PythonForm => ({
  arguments: 'feature',
  says: `The ${id} cost of logits, for one side of the game.`,
  body: `x = feature
return mean({"generator": ${generator}, "real": ${real}, "fake": ${fake}}[side])`,
  uses,
})

const payments = (side: 'real' | 'fake'): string =>
  Object.entries(GAMES)
    .map(([id, game]) => `    "${id}": lambda x: ${game[side]},`)
    .join('\n')

export const adversarial: PythonForms = {
  ...Object.fromEntries(Object.entries(GAMES).map(([id, game]) => [id, regularizer(id, game)])),
  discriminator: {
    arguments: 'reference, prediction',
    says: "A discriminator's cost: on the reference, which is real, plus on the prediction, which is generated.",
    body: `real = {
${payments('real')}
}[objective]
fake = {
${payments('fake')}
}[objective]
return mean(real(reference)) + mean(fake(prediction))`,
    uses,
  },
  relativistic: {
    arguments: 'reference, prediction',
    says: 'The cost of how much more real the one of a pair looks than the other.',
    body: `real = {
${payments('real')}
}[objective]
return mean(real(prediction - reference if side == "generator" else reference - prediction))`,
    uses,
  },
}
