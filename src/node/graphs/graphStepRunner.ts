/**
 * Steps of compiled losses as graphs of TensorFlow's C library, on the native backend.
 *
 * The first call with pictures of a shape runs op by op; the second is recorded, and becomes a graph; the graph runs all others. With the tape on, the graph computes the
 * gradient, too. These run op by op: losses with your own definitions, gradients of gradients, calls while TensorFlow.js profiles, and pictures for which
 * an assumption of the graph does not hold (assumptions.ts): the graph is then dropped, and the next calls may make another.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'
import { assuming } from '../../core/tensors/assumptions.js'
import { isolatedGradients, withoutTape, isProfiling, isTapeOn, gradientDepth } from '../../core/tensors/engine.js'
import type { Plan } from '../../core/plan/plan.js'
import type { Call, StepRunner, MakeStepRunner } from '../../core/compile/stepRunner.js'
import { builtInDefinitions } from '../../builtInDefinitions.js'
import type { GraphBackend } from './nativeBackend.js'
import { graphOf, type Graph } from './graph.js'
import { lastUpstream, type Upstream } from './upstream.js'

/** The kinds of calls that one loss remembers, the most recently used: one for each combination of shapes, with the gradient and without. */
const MOST_GRAPHS = 8

/** What is known about calls of one kind: that there was one, its graph, or that it cannot have one. */
type Known = 'once' | 'never' | Graph

const stepRunners = new WeakMap<GraphBackend, MakeStepRunner>()

/** Makes replays on a native backend; one per backend, so that graphs are reused. */
export const graphStepRunner = (backend: GraphBackend): MakeStepRunner => {
  const known = stepRunners.get(backend)
  if (known !== undefined) return known
  const make: MakeStepRunner = (plan) => (definedHere(plan) ? stepRunnerOf(backend) : undefined)
  stepRunners.set(backend, make)
  return make
}

/** Frees the graphs of replays that were garbage collected. */
const forgotten = new FinalizationRegistry<Map<string, Known>>((known) => {
  known.forEach(free)
})

const free = (known: Known): void => {
  if (typeof known === 'object') known.dispose()
}

const definedHere = (plan: Plan): boolean => {
  const used = [
    ...plan.terms.map(({ by }) => (by._tag === 'Compare' ? by.metric.definition : by.regularizer.definition)),
    ...plan.features.flatMap((feature) => (feature._tag === 'Transformed' ? [feature.by.definition] : [])),
  ]
  return used.every((definition) => builtInDefinitions.some((ours) => ours.definition === definition))
}

const stepRunnerOf = (backend: GraphBackend): StepRunner => {
  const known = new Map<string, Known>()
  const upstream = lastUpstream()
  const runner: StepRunner = {
    mean: (call) => {
      if (isProfiling()) return call.step(call.images)
      if (!isTapeOn()) return valueAlone(backend, known, 'mean', call)
      return gradientDepth() > 1 ? call.step(call.images) : withGradient(backend, known, upstream, call)
    },
    samples: (call) => (isProfiling() || isTapeOn() ? call.step(call.images) : valueAlone(backend, known, 'samples', call)),
    dispose: () => {
      known.forEach(free)
      known.clear()
    },
  }
  forgotten.register(runner, known)
  return runner
}

const valueAlone = <T extends Tensor>(backend: GraphBackend, known: Map<string, Known>, what: string, call: Call<T>): T =>
  next(known, what, call, {
    recorded: () => {
      const images = copyOf(call.images)
      const [[value], graph] = graphOf(backend, [images, ...call.others], () => [call.step(images)] as const)
      return [value, graph]
    },
    byGraph: (graph) => graph.run([call.images, ...call.others])[0] as T,
  })

/**
 * The graph computes value and gradient at once, so it needs dy, the gradient in the value, beforehand: it takes the last call's. So rounding and underflow are those of
 * single ops. If dy turns out to differ, the graph runs again; while dy changes from call to call, calls run op by op.
 */
const withGradient = (backend: GraphBackend, known: Map<string, Known>, upstream: Upstream, call: Call<Scalar>): Scalar => {
  const watched = { ...call, step: (images: Tensor4D) => upstream.watch(call.step(images)) }
  if (!upstream.isSteady()) return watched.step(call.images)
  return next(known, 'gradient', watched, {
    recorded: () => {
      const graph = withoutTape(() => {
        const [images, dy] = [copyOf(call.images), tf.scalar(upstream.last())]
        return graphOf(backend, [images, dy, ...call.others], () => {
          const [results, broken] = assuming(() => valueAndGradient(call.step, images, dy))
          return broken === undefined ? results : [...results, broken]
        })[1]
      })
      if (graph === undefined) return [watched.step(call.images), undefined]
      try {
        return [valueByGraph(graph, upstream, call), graph]
      } catch (problem) {
        graph.dispose()
        throw problem
      }
    },
    byGraph: (graph) => valueByGraph(graph, upstream, call),
  })
}

/** A copy with its own id: the recording must not confuse the images with a reference that is the same tensor. */
const copyOf = (images: Tensor4D): Tensor4D => tf.mul(images, 1)

const haveDoubles = (tensors: readonly Tensor[]): boolean => new Set(tensors.map(({ dataId }) => dataId)).size < tensors.length

/** The ways to run a call by a graph. */
interface Ways<T> {
  readonly recorded: () => readonly [value: T, graph: Graph | undefined]
  readonly byGraph: (graph: Graph) => T
}

/** Runs a call by what is known about its kind, and updates that: calls with the same shapes run the same ops. */
const next = <T>(known: Map<string, Known>, what: string, { images, others, step }: Call<T>, { recorded, byGraph }: Ways<T>): T => {
  const plainly = (): T => step(images)
  const key = [what, ...[images, ...others].map(({ shape }) => shape.join('x'))].join()
  const now = known.get(key)
  if (typeof now === 'object') {
    learn(known, key, now)
    try {
      return byGraph(now)
    } catch {
      // A tensor of the graph is gone, such as weights that were uploaded again, or an assumption does not hold; other errors will recur in the step.
      now.dispose()
      known.delete(key)
      return plainly()
    }
  }
  if (now === 'never' || haveDoubles(others)) return plainly()
  if (now === undefined) {
    learn(known, key, 'once')
    return plainly()
  }
  try {
    const [value, graph] = recorded()
    learn(known, key, graph ?? 'never')
    return value
  } catch {
    // If no graph can be made, or an assumption does not hold, the step still runs; if the step itself fails, it throws.
    learn(known, key, 'never')
    return plainly()
  }
}

/** Stores what is known about a kind, as the most recently used one. */
const learn = (known: Map<string, Known>, key: string, what: Known): void => {
  known.delete(key)
  known.set(key, what)
  const [oldest] = known.keys()
  if (known.size <= MOST_GRAPHS || oldest === undefined) return
  free(known.get(oldest) ?? 'never')
  known.delete(oldest)
}

const valueByGraph = (graph: Graph, upstream: Upstream, { images, others }: Call<Scalar>): Scalar =>
  differentiable<Scalar>(images, (x, save) => {
    const expected = upstream.last()
    const run = (dy: Tensor, inputs: readonly Tensor[]) => {
      const [first = x, ...rest] = inputs
      const [value, gradient, broken] = graph.run([first, dy, ...rest]) as [Scalar, Tensor4D, Scalar?]
      const isBroken = broken !== undefined && broken.dataSync()[0] !== 0
      broken?.dispose()
      if (isBroken) {
        tf.dispose([value, gradient])
        throw new Error('What the graph was recorded under does not hold for these pictures.')
      }
      return [value, gradient] as const
    }
    const dy = tf.scalar(expected)
    const [value, gradient] = run(dy, [x, ...others])
    dy.dispose()
    save([gradient, x, ...others])
    return {
      value,
      gradient: (actual, [ready = gradient, ...inputs]) => {
        if (Object.is(upstream.saw(actual), expected)) return tf.clone(ready)
        const [again, exact] = run(actual, inputs)
        again.dispose()
        return exact
      },
    }
  })

const valueAndGradient = (step: Call<Scalar>['step'], images: Tensor4D, dy: Scalar): readonly [Scalar, Tensor4D] => {
  const kept: Scalar[] = []
  const valueOf = (x: Tensor): Scalar => {
    const value = step(x as Tensor4D)
    kept.push(tf.keep(tf.clone(value)))
    return value
  }
  try {
    const gradients = isolatedGradients(valueOf, [images], dy)
    return [...kept, ...gradients].map((tensor) => tf.clone(tensor)) as [Scalar, Tensor4D]
  } finally {
    tf.dispose(kept)
  }
}
