/**
 * The systems that are timed, each in a process of its own.
 */
import { existsSync } from 'node:fs'
import { WITHOUT_GRADIENT } from './groups.js'
import type { Workload } from './workload.js'

/** How to start a system, and which workloads it takes. */
export interface System {
  readonly name: string
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** A file without which it cannot start, and what to do to have it. */
  readonly needs?: { readonly file: string; readonly remedy: string }
  readonly takes: (workload: Workload) => boolean
}

const here = (path: string): string => new URL(path, import.meta.url).pathname

const pixelsOf = ({ batch, side }: Workload): number => batch * side * side

const tfjs = (name: string, kind: 'ours' | 'plain' | 'stock', backend: string, most: number, threads = 1): System => ({
  name,
  command: [process.execPath, '--import', 'tsx', here('workers/tfjs.ts'), kind, backend, String(threads)],
  takes: (workload) =>
    workload.work === 'bytes' ? name === 'ours, WASM' : pixelsOf(workload) <= most && (kind !== 'stock' || workload.loss.startsWith('block')),
  ...(backend === 'tensorflow'
    ? { needs: { file: here('../node_modules/@tensorflow/tfjs-node-gpu/package.json'), remedy: 'npm run native puts it there' } }
    : {}),
})

/** onnxruntime with the file that toOnnx writes, which computes the target's features again in every step. */
const onnx = (name: string, kind: 'node' | 'web', most: number, threads?: number): System => ({
  name,
  command: [process.execPath, '--import', 'tsx', here('workers/onnx.ts'), kind, ...(threads === undefined ? [] : [String(threads)])],
  takes: (workload) => pixelsOf(workload) <= most && (workload.work === 'value' || workload.work === 'fresh'),
  ...(kind === 'node' ? { needs: { file: here('node_modules/onnxruntime-node/package.json'), remedy: 'npm ci --prefix bench puts it there' } } : {}),
})

/** A package of JavaScript that compares bytes. */
const blazediff: System = {
  name: '@blazediff/ssim',
  command: [process.execPath, '--import', 'tsx', here('workers/blazediff.ts')],
  needs: { file: here('node_modules/@blazediff/ssim/package.json'), remedy: 'npm ci --prefix bench puts it there' },
  takes: ({ work }) => work === 'bytes',
}

/** A peer, in the environment that parity and the tests use, too. */
const python = (name: string, library: 'torch' | 'keras', program: string, mode: string, takes: System['takes']): System => {
  const interpreter = `${process.env['PYTHON_ENVIRONMENTS'] ?? here('../.cache/python')}/${library}/bin/python`
  return {
    name,
    command: [interpreter, here(`workers/${program}_worker.py`), mode],
    // Threads that spin between ops make PyTorch look twice as slow on a busy machine.
    environment: { TF_CPP_MIN_LOG_LEVEL: '3', KERAS_BACKEND: 'tensorflow', OMP_WAIT_POLICY: 'PASSIVE', PYTHONPATH: here('../.cache/python/bench') },
    needs: { file: interpreter, remedy: 'npm run parity makes it, and so does npm run test:python' },
    takes,
  }
}

/** Every system; `slow` lets the slow ones take large pictures, too. */
export const systems = (slow: boolean): readonly System[] => {
  const content: System['takes'] = ({ loss }) => loss.startsWith('block')
  const [wasm, stockWasm, cpu] = slow ? [4 * 256 ** 2, 256 ** 2, 64 ** 2] : [128 ** 2, 128 ** 2, 32 ** 2]
  return [
    tfjs('ours, native', 'ours', 'tensorflow', Infinity),
    tfjs('ours, WASM', 'ours', 'wasm', wasm),
    tfjs('ours, WASM, 2 threads', 'ours', 'wasm', wasm, 2),
    tfjs("ours, WASM, TensorFlow.js' kernels", 'plain', 'wasm', wasm),
    tfjs('ours, cpu', 'ours', 'cpu', cpu),
    tfjs('stock tfjs, native', 'stock', 'tensorflow', Infinity),
    tfjs('stock tfjs, WASM', 'stock', 'wasm', stockWasm),
    tfjs('stock tfjs, cpu', 'stock', 'cpu', cpu),
    onnx('onnxruntime-node', 'node', Infinity),
    onnx('onnxruntime-web', 'web', wasm, 1),
    onnx('onnxruntime-web, 2 threads', 'web', wasm, 2),
    blazediff,
    python('PyTorch, NCHW', 'torch', 'torch', 'nchw', ({ loss, work }) => work !== 'bytes' && !WITHOUT_GRADIENT.includes(loss)),
    python('PyTorch, channels_last', 'torch', 'torch', 'channels_last', content),
    python('Keras 3, tf.function', 'keras', 'keras', 'function', content),
    python('Keras 3, eager', 'keras', 'keras', 'eager', content),
    python('other packages', 'torch', 'packages', '', ({ loss, work }) => WITHOUT_GRADIENT.includes(loss) && work === 'value'),
  ]
}

/** Why a system cannot be started here, or undefined. */
export const absence = ({ needs }: System): string | undefined =>
  needs === undefined || existsSync(needs.file) ? undefined : `${needs.file} is not there: ${needs.remedy}`
