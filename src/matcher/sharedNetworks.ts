/**
 * Shared resources of comparisons, started on first use: the backend, and each network and loss once per process.
 */
import * as tf from '@tensorflow/tfjs'
import { alexnet, vgg16, type AlexnetLayer, type CompiledLoss, type Extractor, type Vgg16Layer } from '../index.js'
import { useFastestBackend, type TriedBackend } from '../node/index.js'

/** Caches the first result; retries after a failure. */
const once = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let made: Promise<A> | undefined
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    }))
}

/** AlexNet, for LPIPS. */
export const sharedAlexnet: () => Promise<Extractor<AlexnetLayer>> = once(() => alexnet())
/** VGG16, for DISTS. */
export const sharedVgg16: () => Promise<Extractor<Vgg16Layer>> = once(() => vgg16())

const losses = new Map<string, Promise<CompiledLoss>>()

/** The compiled loss of this name, made once per process; a failure is tried again. */
export const sharedLoss = (name: string, make: () => Promise<CompiledLoss>): Promise<CompiledLoss> => {
  const known = losses.get(name)
  if (known !== undefined) return known
  const made = make().catch((error: unknown) => {
    losses.delete(name)
    throw error
  })
  losses.set(name, made)
  return made
}

/** Starts the fastest available backend, unless the tests have chosen one. */
export const startBackend: () => Promise<void> = once(async () => {
  // TensorFlow.js' types leave out that there is none before the first choice.
  const chosen = tf.getBackend() as string | undefined | null
  if (chosen !== undefined && chosen !== null && chosen !== '') return
  const { backend, tried } = await useFastestBackend()
  if (backend === 'cpu') console.warn(slowBackend(tried))
})

/** What to say where nothing faster than plain JavaScript starts: a comparison would exceed the runner's timeout, which does not say why. */
export const slowBackend = (tried: readonly TriedBackend[]): string => {
  const reason = tried.find(({ name }) => name === 'wasm')?.reason ?? 'not tried'
  return `toLookLike compares pictures that differ in plain JavaScript, some 30 times slower than in WebAssembly, which did not start: ${reason}`
}
