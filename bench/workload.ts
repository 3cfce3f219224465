/**
 * What is timed: a loss on a pair of pictures, and how much of a step.
 */

/**
 * 'forward': the value, the target known; 'prepared': value and gradient, the target known; 'value' and 'fresh': the same with the target looked at anew; 'bytes': the similarity (1 less the
 * value) of two pictures of RGBA bytes.
 */
export type Work = 'forward' | 'prepared' | 'value' | 'fresh' | 'bytes'

/** One workload. `loss` is a name that workers know: a layer (mean squared error there), or a published loss. */
export interface Workload {
  readonly loss: string
  readonly work: Work
  readonly batch: number
  readonly side: number
}

/** The workload in words. */
export const titleOf = ({ loss, work, batch, side }: Workload): string => `${loss}, ${WORDS[work]}, ${String(batch)} x ${String(side)} x ${String(side)}`

/** The kinds of work in words. */
export const WORDS: Readonly<Record<Work, string>> = {
  forward: 'value, prepared target',
  prepared: 'value + gradient, prepared target',
  value: 'value, fresh target',
  fresh: 'value + gradient, fresh target',
  bytes: 'similarity, from bytes',
}

/** The workload as one string: a worker keeps as many as it is given. */
export const keyOf = ({ loss, work, batch, side }: Workload): string => [loss, work, batch, side].join('/')

/** What one step gave, so that systems can be held against each other. */
export interface Numbers {
  readonly value: number
  /** The gradient's norm, and its product with the target; 0 where no gradient was taken. */
  readonly norm: number
  readonly along: number
}

/** What a step needs of memory and of the tape. */
export interface Needs {
  /** The process' most resident bytes during the step. */
  readonly residentBytes: number
  /** The most bytes in distinct tensors during the step, above those before it; undefined where the system does not tell. */
  readonly tensorBytes?: number
  /** Nodes on the gradient tape; undefined where there is none of TensorFlow.js. */
  readonly tapeNodes?: number
  readonly planMilliseconds?: number
  readonly compileMilliseconds?: number
}
