/** Every built-in with each set of laws that its options give, on pixels, and every transform under `mse`: what the counterexamples are stored for. */
import fc from 'fast-check'
import { laws, mse, pixels, type LawName, type Loss } from '../../src/index.js'
import { builtInLeaves, builtInTransforms, subjectsOf, type Subject } from '../../src/laws/index.js'

type AnyLoss = Loss<string, string>

export const CLAIMED: readonly LawName[] = ['symmetric', 'zeroOnIdentity', 'triangle', 'nonNegative', 'bounded', 'smooth']

/** One loss for each set of claims among those without options and some with options. */
const variants = (plain: AnyLoss, made: fc.Arbitrary<AnyLoss>): readonly AnyLoss[] => {
  const claims = (loss: AnyLoss): string => CLAIMED.map((law) => laws(loss)[law]).join()
  const all = [plain, ...fc.sample(made, { seed: 1, numRuns: 60 })]
  return all.filter((loss, i) => all.findIndex((other) => claims(other) === claims(loss)) === i)
}

export const builtInSubjects = (): readonly Subject[] =>
  [
    ...builtInLeaves.flatMap(({ plain, make }) =>
      variants(
        plain(pixels),
        make.map((of) => of(pixels)),
      ),
    ),
    ...builtInTransforms.flatMap(({ plain, make }) =>
      variants(
        mse(plain(pixels)),
        make.map((of) => mse(of(pixels))),
      ),
    ),
  ].flatMap((loss) => subjectsOf(loss, undefined))
