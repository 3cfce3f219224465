/** Kernels of small constants, computed at once by TensorFlow.js' backend of plain JavaScript. */
import * as tf from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'

/** A tensor in plain JavaScript. */
export interface HostTensor {
  readonly shape: Shape
  readonly dtype: tf.DataType
  readonly data: tf.TypedArray
}

/** The output of a kernel, or the list of them; undefined where that backend lacks the kernel. */
export const cpuKernel = (name: string, inputs: Readonly<Record<string, HostTensor>>, attributes: object): HostTensor | readonly HostTensor[] | undefined => {
  const kernel = tf.getKernel(name, 'cpu') as tf.KernelConfig | undefined
  const cpu = tf.findBackend('cpu') as tf.KernelBackend | null
  if (kernel === undefined || cpu === null) return undefined
  const given = Object.entries(inputs).map(([input, { shape, dtype, data }]): readonly [string, tf.TensorInfo] => [
    input,
    { dataId: cpu.write(data, [...shape], dtype), shape: [...shape], dtype },
  ])
  // Kernels of lists take an array.
  const isList = given.length > 0 && given.every(([input], i) => input === String(i))
  const named = (isList ? given.map(([, info]) => info) : Object.fromEntries(given)) as tf.NamedTensorInfoMap
  const output = kernel.kernelFunc({ inputs: named, attrs: attributes as tf.NamedAttrMap, backend: cpu })
  const outputs = [output].flat()
  const results = outputs.map(({ dataId, shape, dtype }): HostTensor => ({ shape, dtype, data: cpu.readSync(dataId) as tf.TypedArray }))
  for (const { dataId } of [...given.map(([, input]) => input), ...outputs]) cpu.disposeData(dataId, true)
  return Array.isArray(output) ? results : results[0]
}
