/**
 * The memory that work needs.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'

/** Resets the process' peak, on Linux; elsewhere it is the peak since the start. */
const forgetPeak = (): void => {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // The peak since the start is reported then.
  }
}

const peakResident = (): number => {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  } catch {
    return 1024 * process.resourceUsage().maxRSS
  }
}

/** The peak of resident bytes during the work. */
export const residentPeak = async (work: () => unknown): Promise<number> => {
  forgetPeak()
  await work()
  return peakResident()
}

/** The part of the engine that makes and frees tensors' data. */
interface Tracking {
  readonly state: { readonly tensorInfo: { readonly has: (data: object) => boolean } }
  trackTensor: (tensor: tf.Tensor, backend: unknown) => void
  disposeTensor: (tensor: tf.Tensor) => void
}

/**
 * The most bytes in distinct tensors during the work, above those before it.
 *
 * `tf.profile` counts a clone, which shares its data, as another tensor, and only measures when a kernel ends. Here each buffer counts once, as soon as it exists, and
 * buffers from before the work do not count.
 */
export const tensorPeak = (work: () => void): number => {
  const engine = tf.engine() as unknown as Tracking
  const { trackTensor, disposeTensor } = engine
  const holders = new Map<object, number>()
  let [bytes, peak] = [0, 0]
  engine.trackTensor = (tensor, backend) => {
    const count = holders.get(tensor.dataId)
    const isNew = count === undefined && !engine.state.tensorInfo.has(tensor.dataId)
    if (isNew || count !== undefined) holders.set(tensor.dataId, (count ?? 0) + 1)
    if (isNew) bytes += tensor.size * tf.util.bytesPerElement(tensor.dtype)
    peak = Math.max(peak, bytes)
    trackTensor.call(engine, tensor, backend)
  }
  engine.disposeTensor = (tensor) => {
    const count = holders.get(tensor.dataId)
    if (count === 1) {
      holders.delete(tensor.dataId)
      bytes -= tensor.size * tf.util.bytesPerElement(tensor.dtype)
    } else if (count !== undefined) holders.set(tensor.dataId, count - 1)
    disposeTensor.call(engine, tensor)
  }
  try {
    work()
    return peak
  } finally {
    Object.assign(engine, { trackTensor, disposeTensor })
  }
}
