/**
 * A backend of TensorFlow.js that computes nothing: kernels add ONNX nodes to a graph. So whatever a loss is made of, its gradient too, becomes a graph by running it once, in the time that
 * its shapes take, whatever the size of the pictures.
 *
 * Kernels of small constants are computed at once. Numbers of the pictures cannot be read.
 */
import * as tf from '@tensorflow/tfjs'
import type { RecordsEverySize } from '../../core/tensors/sized.js'
import { size } from '../graph/hostArrays.js'
import { Unfit, unfit } from '../graph/unfit.js'
import { isElementwise, KERNELS } from '../kernels/index.js'
import { cpuKernel, type HostTensor } from './cpuKernel.js'
import { graphOps, type GraphOps } from './graphOps.js'
import { newGraph, uniformValue, type ElementType, type Traced } from './traced.js'

const NAME = 'perceptual-loss-onnx'

/** Constants up to this many elements are folded. */
const MAX_FOLDED = 2 ** 16

/** A tensor's contents: numbers, or a value of the graph. */
type Held = { readonly numbers: tf.TypedArray } | { readonly traced: Traced }

interface Entry {
  held: Held
  references: number
}

/** The inputs of a kernel, by name; optional ones that are omitted are not among them. */
type Inputs = readonly (readonly [name: string, info: tf.TensorInfo])[]

/** What a tensor of the backend becomes in the graph. */
export interface Trace {
  readonly input: (name: string, shape: readonly number[]) => tf.Tensor
  readonly graphValue: (tensor: tf.Tensor) => Traced
  readonly ops: GraphOps
}

class TracingBackend extends tf.KernelBackend implements RecordsEverySize {
  private readonly entries = new Map<object, Entry>()
  /** Numbers of tensors on other backends. */
  private readonly foreign = new WeakMap<object, tf.TypedArray>()
  private ops = graphOps(newGraph())
  recordsEverySize = false

  /** Runs work whose kernels go into a new graph. */
  readonly trace = <A>(work: (trace: Trace) => A, isFree: boolean): A => {
    this.ops = graphOps(newGraph(!isFree), isFree)
    this.recordsEverySize = isFree
    const { ops } = this
    return work({
      ops,
      input: (name, shape) => tf.engine().makeTensorFromTensorInfo(this.infoOf(ops.graph.input(name, shape))),
      graphValue: (tensor) => this.graphValue(tensor),
    })
  }

  readonly run = (kernel: string, given: tf.NamedTensorInfoMap, attributes: object): tf.TensorInfo | tf.TensorInfo[] => {
    const inputs: Inputs = Object.entries(given).flatMap(([name, info]) => (info == null ? [] : [[name, info] as const]))
    try {
      return this.folded(kernel, inputs, attributes) ?? this.translated(kernel, inputs, attributes)
    } catch (error) {
      throw error instanceof Unfit && !error.message.startsWith('the kernel') ? new Unfit(`the kernel ${kernel} with ${error.message}`) : error
    }
  }

  /** Undefined where the inputs are no small constants. */
  private folded(kernel: string, inputs: Inputs, attributes: object): tf.TensorInfo | tf.TensorInfo[] | undefined {
    const filled = kernel === 'Fill' ? (attributes as { readonly shape: number[]; readonly value: number; readonly dtype?: tf.DataType }) : undefined
    if (filled !== undefined) return this.infoOf(this.ops.graph.uniform(filled.value, filled.shape, elementType(filled.dtype ?? 'float32')))
    // What is repeated as often as a side says is not the same constant at every size.
    if (this.recordsEverySize && kernel === 'Tile') return undefined
    const entries = inputs.map(([name, info]) => [name, this.hostOf(info)] as const)
    const constants = entries.flatMap(([name, host]) => (host === undefined ? [] : [[name, host] as const]))
    if (constants.length < entries.length) return undefined
    const outputs = cpuKernel(kernel, Object.fromEntries(constants), attributes)
    const stored = ({ data, shape, dtype }: HostTensor): tf.TensorInfo => ({ dataId: this.write(data, [...shape], dtype), shape: [...shape], dtype })
    return outputs === undefined ? undefined : 'data' in outputs ? stored(outputs) : outputs.map(stored)
  }

  /** A small constant's numbers. */
  private hostOf({ dataId, shape, dtype }: tf.TensorInfo): HostTensor | undefined {
    const held = this.heldBy(dataId)
    if (size(shape) > MAX_FOLDED) return undefined
    if ('numbers' in held) return { shape, dtype, data: held.numbers }
    const value = uniformValue(held.traced)
    return value === undefined ? undefined : { shape, dtype, data: numbersOf(dtype, new Array<number>(size(shape)).fill(value)) }
  }

  private translated(kernel: string, inputs: Inputs, attributes: object): tf.TensorInfo | tf.TensorInfo[] {
    const translate = KERNELS.get(kernel)
    if (translate === undefined) return unfit(`the kernel ${kernel}, which has no ONNX form`)
    const values = Object.fromEntries(inputs.map(([name, info]) => [name, this.graphValue(info)]))
    const uniform = isElementwise(kernel) ? this.uniformResult(kernel, values, attributes) : undefined
    if (uniform !== undefined) return this.infoOf(uniform)
    const outputs = translate({ ops: this.ops, inputs: values, attributes: attributes as Readonly<Record<string, unknown>>, isFree: this.recordsEverySize })
    return 'from' in outputs ? this.infoOf(outputs) : outputs.map((output) => this.infoOf(output))
  }

  /** An element-wise kernel of uniform constants, from one element of each. */
  private uniformResult(kernel: string, values: Readonly<Record<string, Traced>>, attributes: object): Traced | undefined {
    const shapes = Object.values(values).map(({ shape }) => shape)
    const inputs = Object.entries(values).map(([name, value]) => [name, value, uniformValue(value)] as const)
    if (inputs.some(([, , value]) => value === undefined)) return undefined
    const ones = inputs.map(([name, { type }, value = 0]): readonly [string, HostTensor] => [
      name,
      { shape: [], dtype: tensorType(type), data: numbersOf(tensorType(type), [value]) },
    ])
    const output = cpuKernel(kernel, Object.fromEntries(ones), attributes)
    const shape = shapes.reduce((a, b) => tf.broadcast_util.assertAndGetBroadcastShape([...a], [...b]))
    return output === undefined || !('data' in output) ? undefined : this.ops.graph.uniform(output.data[0] ?? 0, shape, elementType(output.dtype))
  }

  private heldBy(dataId: object): Held {
    const entry = this.entries.get(dataId)
    if (entry !== undefined) return entry.held
    const known = this.foreign.get(dataId) ?? (tf.engine().readSync(dataId) as tf.TypedArray)
    this.foreign.set(dataId, known)
    return { numbers: known }
  }

  /** The value of a tensor in the graph. */
  private graphValue({ dataId, shape, dtype }: tf.TensorInfo): Traced {
    const held = this.heldBy(dataId)
    return 'traced' in held ? this.ops.reshape(held.traced, shape) : this.ops.graph.constant(held.numbers as Float32Array, shape, elementType(dtype))
  }

  private infoOf(traced: Traced): tf.TensorInfo {
    const dataId = {}
    this.entries.set(dataId, { held: { traced }, references: 1 })
    return { dataId, shape: [...traced.shape], dtype: tensorType(traced.type) }
  }

  override write(values: tf.backend_util.BackendValues, _shape: number[], dtype: tf.DataType): object {
    const dataId = {}
    this.entries.set(dataId, { held: { numbers: numbersOf(dtype, values as ArrayLike<number>) }, references: 1 })
    return dataId
  }

  override move(dataId: object, values: tf.backend_util.BackendValues, _shape: number[], dtype: tf.DataType, references: number): void {
    this.entries.set(dataId, { held: { numbers: numbersOf(dtype, values as ArrayLike<number>) }, references })
  }

  override readSync(dataId: object): tf.TypedArray {
    const held = this.heldBy(dataId)
    if ('numbers' in held) return held.numbers
    const value = uniformValue(held.traced)
    if (value === undefined) return unfit('it reads numbers that depend on the pictures')
    return numbersOf(tensorType(held.traced.type), new Array<number>(size(held.traced.shape)).fill(value))
  }

  override read(dataId: object): Promise<tf.TypedArray> {
    return Promise.resolve().then(() => this.readSync(dataId))
  }

  override refCount(dataId: object): number {
    return this.entries.get(dataId)?.references ?? 0
  }

  override incRef(dataId: object): void {
    const entry = this.entries.get(dataId)
    if (entry !== undefined) entry.references++
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.entries.get(dataId)
    if (entry === undefined) return true
    entry.references--
    if (entry.references > 0 && !force) return false
    this.entries.delete(dataId)
    return true
  }

  override numDataIds(): number {
    return this.entries.size
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override dispose(): void {
    this.entries.clear()
  }
}

const elementType = (dtype: tf.DataType): ElementType =>
  dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? dtype : unfit(`numbers of the type ${dtype}`)

const tensorType = (type: ElementType): 'float32' | 'int32' | 'bool' => (type === 'int64' ? 'int32' : type)

const numbersOf = (dtype: tf.DataType, values: ArrayLike<number>): tf.TypedArray => {
  if (ArrayBuffer.isView(values)) return values as tf.TypedArray
  return dtype === 'int32' ? Int32Array.from(values) : dtype === 'bool' ? Uint8Array.from(values) : Float32Array.from(values)
}

let instance: TracingBackend | undefined

/** One backend for all graphs: networks keep what they made for it. */
const tracingBackend = (): TracingBackend => {
  if (instance !== undefined) return instance
  const made = new TracingBackend()
  tf.registerBackend(NAME, () => made, -1)
  for (const { kernelName } of tf.getKernelsForBackend('cpu'))
    tf.registerKernel({ kernelName, backendName: NAME, kernelFunc: ({ inputs, attrs }) => made.run(kernelName, inputs, attrs ?? {}) })
  instance = made
  return made
}

/** Runs work on the tracing backend; afterwards the backend is the one before. With `isFree`, the nodes of a kernel are the same at every size of pictures. */
export const traced = <A>(work: (trace: Trace) => A, isFree = false): A => {
  // A backend that starts by itself does so now.
  tf.backend()
  const [before, tracing] = [tf.getBackend(), tracingBackend()]
  // Nothing is awaited: a backend that is there is set at once.
  void tf.setBackend(NAME)
  try {
    return tracing.trace(work, isFree)
  } finally {
    void tf.setBackend(before)
  }
}
