/**
 * The weights of an ONNX network on a backend: uploaded when first needed, kept until the network is disposed of. Backends need different layouts: after a change of
 * backend they are uploaded again.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { LossException } from '../../core/errors/lossException.js'
import type { Constant } from './values.js'

/** Something on a backend. */
export interface Uploaded {
  readonly dispose: () => void
}

/** The store of one extractor. */
export interface WeightStore {
  /** A constant as a tensor; one of the network's own is kept, any other is the caller's. */
  readonly tensorOf: (constant: Constant) => Tensor
  /** What `make` makes for this key on this backend, made once. */
  readonly made: <T extends Uploaded>(key: object, kind: string, make: () => T) => T
  /** Declares that a constant is the network's own. */
  readonly own: (constant: Constant) => Constant
  readonly isOwn: (constant: Constant) => boolean
  readonly dispose: () => void
}

/** A constant as a new tensor. */
export const upload = ({ kind, data, shape }: Constant): Tensor =>
  kind === 'bool'
    ? tf.tensor(Array.from(data as Uint8Array, Boolean), [...shape], 'bool')
    : tf.tensor(kind === 'int' ? Int32Array.from(data) : (data as Float32Array), [...shape], kind === 'int' ? 'int32' : 'float32')

/** The store of the extractor with this name. */
export const weightStore = (name: string): WeightStore => {
  const stores = new Map<object, Map<object, Map<string, Uploaded>>>()
  const own = new WeakSet<Constant>()
  let disposed = false
  const onThisBackend = (): Map<object, Map<string, Uploaded>> => {
    const known = stores.get(tf.backend()) ?? new Map<object, Map<string, Uploaded>>()
    stores.set(tf.backend(), known)
    return known
  }
  const made = <T extends Uploaded>(key: object, kind: string, make: () => T): T => {
    // A gradient may ask for it after the network was disposed of.
    if (disposed) throw new LossException({ _tag: 'Disposed', what: `The extractor ${name}` })
    const ofKey = onThisBackend().get(key) ?? new Map<string, Uploaded>()
    onThisBackend().set(key, ofKey)
    const known = ofKey.get(kind) as T | undefined
    if (known !== undefined) return known
    const fresh = make()
    ofKey.set(kind, fresh)
    return fresh
  }
  return {
    tensorOf: (constant) => (own.has(constant) ? made(constant, 'tensor', () => tf.keep(upload(constant))) : upload(constant)),
    made,
    own: (constant) => {
      own.add(constant)
      return constant
    },
    isOwn: (constant) => own.has(constant),
    dispose: () => {
      disposed = true
      stores.forEach((keys) => {
        keys.forEach((kinds) => {
          kinds.forEach((one) => {
            one.dispose()
          })
        })
      })
      stores.clear()
    },
  }
}
