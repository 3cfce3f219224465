/** Optimizes the picture, shows the progress, and keeps intermediate frames. */
import type { Variable } from '@tensorflow/tfjs'
import type { BreakdownRow, PreparedLoss } from '../../index.js'
import type { Interrupt } from '../interrupt.js'
import { frame, type Frame } from './contactSheet.js'
import { descend } from './descend.js'
import type { Progress } from './stepProgress.js'
import { total } from './termTable.js'

/** The result. */
export interface Painted {
  /** The number of steps done: all, or fewer after Ctrl-C. */
  readonly steps: number
  /** The terms at the end. */
  readonly rows: readonly BreakdownRow[]
  /** Intermediate pictures, without the last. */
  readonly frames: readonly Frame[]
}

/** The fractions of the steps at which frames are kept. */
const ON_THE_WAY = [0.04, 0.1, 0.2, 0.4, 0.7]

/** The options of the optimization. */
export interface Painting {
  readonly steps: number
  /** The terms before the first step. */
  readonly before: readonly BreakdownRow[]
  readonly interrupt: Interrupt
  readonly progress: Progress
}

/** Optimizes `image` for a number of steps, or until interrupted: the current step is finished. */
export const paint = async (loss: PreparedLoss, image: Variable, { steps, before, interrupt, progress: shown }: Painting): Promise<Painted> => {
  const kept = new Set(ON_THE_WAY.map((part) => Math.max(1, Math.round(part * steps))))
  const often = Math.ceil(steps / 10)
  const frames: Frame[] = []
  let [done, rows] = [0, before]
  for await (const { step, cost } of descend(loss, image, steps)) {
    done = step
    const last = step === steps || interrupt.asked()
    // The terms cost a forward pass of their own: ten times in all, not at every step.
    const fresh = last || step % often === 0
    if (fresh) rows = await loss.breakdown(image)
    shown.show({ step, loss: fresh ? total(rows) : cost, rows }, fresh)
    if (last) break
    if (kept.has(step)) frames.push(await frame(`step ${String(step)}`, image))
  }
  shown.end()
  return { steps: done, rows, frames }
}
