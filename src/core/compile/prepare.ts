/** Prepared losses: the features of fixed references, computed once and kept. */
import { type Evaluation } from '../evaluate/evaluation.js'
import type { Plan } from '../plan/plan.js'
import type { InputChecks } from './checkInputs.js'
import type { PreparedLoss } from './compiledLoss.js'
import { lifetime, type Lifetime } from './lifetime.js'
import { outputs, type CheckedInputs } from './outputs.js'
import type { StepRunner } from './stepRunner.js'
import { disposeReferences, keepReferences } from '../evaluate/references.js'

/** The state that a prepared loss shares with its compiled loss. */
export interface Shared {
  readonly plan: Plan
  readonly evaluation: Evaluation
  readonly checks: InputChecks
  readonly newRunner: () => StepRunner
  /** Throws if the compiled loss or its network has been disposed of. */
  readonly checkAlive: () => void
  readonly compiled: Lifetime
}

/** Computes the features of the references and keeps them until the prepared or the compiled loss ends. */
export const prepareLoss = ({ plan, evaluation, checks, newRunner, checkAlive, compiled }: Shared, given: unknown): PreparedLoss => {
  checkAlive()
  const { images, masks } = checks.references(given)
  checks.referenceSizes(images)
  const references = keepReferences(() => evaluation.references(images, masks))
  const runner = newRunner()
  const prepared = lifetime('The prepared loss')
  const check = (prediction: unknown): CheckedInputs => {
    checkAlive()
    prepared.check()
    return { images: checks.prediction(prediction, references), others: [], references: () => references }
  }
  prepared.onEnd(runner.dispose)
  prepared.onEnd(() => {
    disposeReferences(references)
  })
  prepared.onEnd(compiled.onEnd(prepared.end))
  return Object.assign(outputs(plan, evaluation, runner, check), { dispose: prepared.end })
}
