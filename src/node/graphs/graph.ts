/**
 * A recording on the native backend as a graph that TensorFlow's C library runs in one call: nothing passes through JavaScript between its ops, and ops that do not wait
 * for each other run beside each other.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tensor } from '@tensorflow/tfjs'
import type { GraphBackend } from './nativeBackend.js'
import { record } from './recordOps.js'
import { savedModel, TAG } from './savedModel.js'

/** A graph that the library holds until `dispose`. */
export interface Graph {
  /** Runs the recorded work on other inputs of the same shapes; the caller owns the results. Throws if another tensor that the work used is gone. */
  readonly run: (inputs: readonly Tensor[]) => readonly Tensor[]
  readonly dispose: () => void
}

/** Runs the work, and makes a graph of it; no graph if the work reads numbers back, or one tensor is two of its inputs. */
export const graphOf = <T extends readonly Tensor[]>(
  backend: GraphBackend,
  inputs: readonly Tensor[],
  work: () => T,
): readonly [result: T, graph: Graph | undefined] => {
  const ids = backend.getInputTensorIds(inputs)
  const [result, recording] = record(backend, work)
  const model = savedModel(recording, ids, backend.getInputTensorIds(result), backend.binding)
  if (model === undefined) return [result, undefined]
  const id = loaded(model.bytes, (folder) => backend.binding.loadSavedModel(folder, TAG))
  const constants = model.given.flatMap(({ id: was }) => recording.constants.get(was) ?? [])
  const kept = new Map(constants.map(({ id: was, shape, dtype, values }) => [was, backend.binding.createTensor(shape, dtype, values)]))
  const given = model.given.map(({ id: was }) => kept.get(was) ?? was)
  const names = [...model.inputs, ...model.given.map(({ name }) => name)].join()
  return [result, graphFrom(backend, { id, names, given, kept: [...kept.values()], outputs: model.outputs.join() })]
}

/** A loaded graph: the names of its inputs and outputs, the tensors that it takes after the inputs, and those of them that it owns. */
interface Loaded {
  readonly id: number
  readonly names: string
  readonly given: readonly number[]
  readonly kept: readonly number[]
  readonly outputs: string
}

/** A function of its own, so that its closure does not keep the recording. */
const graphFrom = (backend: GraphBackend, { id, names, given, kept, outputs }: Loaded): Graph => {
  const { binding } = backend
  return {
    run: (tensors) =>
      binding.runSavedModel(id, [...backend.getInputTensorIds(tensors), ...given], names, outputs).map((output) => backend.createOutputTensor(output)),
    dispose: () => {
      binding.deleteSavedModel(id)
      kept.forEach((tensor) => {
        binding.deleteTensor(tensor)
      })
    },
  }
}

/** The library loads graphs from folders alone. */
const loaded = (bytes: Uint8Array, load: (folder: string) => number): number => {
  const folder = mkdtempSync(join(tmpdir(), 'perceptual-loss-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes)
    return load(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
