/**
 * A segment: the steps of a network between two taps, as ONE differentiable op that keeps only what its gradient needs.
 *
 * With the tape off nothing is kept, and each tensor is freed as soon as the next is there.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { differentiableOnce } from '../../core/tensors/differentiable.js'
import { comparesFields } from '../kernels/convolution.js'
import type { Step } from '../kernels/step.js'
import { isTapeOn, gradientDepth } from '../../core/tensors/engine.js'

/** Steps in the order in which they run. */
export type Segment = readonly Step[]

/** Runs a segment; differentiable in x. `picture` is the network's input, where the segment is not the first. */
export const runSegment = (segment: Segment, x: Tensor4D, picture = x): Tensor4D =>
  isTapeOn() ? taped(segment, x, picture) : segment.reduce((input, step, i) => advance(step, input, i > 0), x)

const advance = (step: Step, x: Tensor4D, free: boolean): Tensor4D => {
  const y = step.forward(x)
  if (free) x.dispose()
  return y
}

/** Whether the value after step `i` (-1: the segment's input) is needed for the gradient. */
const isKept = (segment: Segment, i: number): boolean => segment[i]?.keeps.output === true || segment[i + 1]?.keeps.input === true

/** Whether the gradient compares receptive fields. */
const needsPicture = (segment: Segment): boolean => segment.some(({ tiesBy }) => comparesFields(tiesBy))

const taped = (segment: Segment, input: Tensor4D, picture: Tensor4D): Tensor4D =>
  differentiableOnce<Tensor4D>(
    input,
    (start, save) => {
      const values = [start as Tensor4D]
      segment.forEach((step, i) => {
        const x = values[i] ?? input
        values.push(step.forward(x))
        if (i > 0 && !isKept(segment, i - 1)) x.dispose()
      })
      const shapes = values.map(({ shape }) => shape)
      const keptAt = values.map((_, i) => i).filter((i) => isKept(segment, i - 1))
      // The picture is the last one.
      save([...keptAt.flatMap((i) => values[i] ?? []), ...(needsPicture(segment) ? [picture] : [])])
      return {
        value: values.at(-1) ?? input,
        gradient: (dy, saved) =>
          backward(segment, dy, shapes, {
            valueAt: (i) => saved[keptAt.indexOf(i)] as Tensor4D | undefined,
            picture: saved[keptAt.length] as Tensor4D | undefined,
          }),
      }
    },
    'the gradients of the built-in networks have no derivatives',
  )

/** What a segment saved: its values by their positions, and the picture. */
interface Saved {
  readonly valueAt: (i: number) => Tensor4D | undefined
  readonly picture: Tensor4D | undefined
}

const backward = (segment: Segment, dy: Tensor4D, shapes: readonly (readonly number[])[], { valueAt, picture }: Saved): Tensor4D => {
  // In the last backward pass it runs once: what is kept goes as soon as it was used.
  const once = gradientDepth() === 0
  return segment.reduceRight((gradient, step, i) => {
    const next = step.backward(gradient, { x: valueAt(i), y: valueAt(i + 1), from: shapes[i] ?? [], picture })
    if (gradient !== dy) gradient.dispose()
    if (once) valueAt(i + 1)?.dispose()
    return next
  }, dy)
}
