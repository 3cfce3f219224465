/**
 * What a comparison stands on, started when a test first asks for it: the backend, and each network once for all tests of a process.
 */
import * as tf from '@tensorflow/tfjs'
import { alexnet, vgg16, type AlexnetLayer, type Extractor, type Vgg16Layer } from '../index.js'
import { useFastestBackend } from '../node/index.js'

/** Keeps the first result; a failure is tried again at the next call. */
const once = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let made: Promise<A> | undefined
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    }))
}

/** AlexNet, which LPIPS looks at. */
export const sharedAlexnet: () => Promise<Extractor<AlexnetLayer>> = once(() => alexnet())
/** VGG16, which DISTS looks at. */
export const sharedVgg16: () => Promise<Extractor<Vgg16Layer>> = once(() => vgg16())

/** Takes the fastest backend that is there, unless the tests have chosen one. */
export const startBackend: () => Promise<void> = once(async () => {
  // TensorFlow.js' types leave out that there is none before the first choice.
  const chosen = tf.getBackend() as string | undefined | null
  if (chosen === undefined || chosen === null || chosen === '') await useFastestBackend()
})
