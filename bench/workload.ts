/**
 * What is timed: a loss on a pair of pictures, and a part of a step.
 */

/**
 * The part of a step. 'forward': the value, with a prepared target; 'prepared': value and gradient, with a prepared target; 'value' and 'fresh': the same with the target's features computed
 * again; 'bytes': the similarity (1 minus the value) of two pictures of RGBA bytes.
 */
export type Work = 'forward' | 'prepared' | 'value' | 'fresh' | 'bytes'

/** One workload. `loss` is a layer of VGG16 (for the mean squared error there), or a published loss. */
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

/** The workload as one string, by which a worker finds it. */
export const keyOf = ({ loss, work, batch, side }: Workload): string => [loss, work, batch, side].join('/')

/** The numbers of one step, by which systems are compared. */
export interface Numbers {
  readonly value: number
  /** The gradient's norm, and its product with the target; 0 without a gradient. */
  readonly norm: number
  readonly along: number
}

/** The memory and tape that a step needs. */
export interface Needs {
  /** The process' peak of resident bytes during the step. */
  readonly residentBytes: number
  /** The most bytes in distinct tensors during the step, above those before it; undefined if the system does not report them. */
  readonly tensorBytes?: number
  /** Nodes on TensorFlow.js' gradient tape; undefined for other systems. */
  readonly tapeNodes?: number
  readonly planMilliseconds?: number
  readonly compileMilliseconds?: number
}
