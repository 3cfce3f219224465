/**
 * The systems that are timed, each in a process of its own.
 */
import { existsSync } from 'node:fs'
import { NETWORK_KERNELS } from '../src/layers/kernels/simd/networkKernelBytes.js'
import { OVER_NETWORKS, WITHOUT_GRADIENT } from './groups.js'
import type { Workload } from './workload.js'

/** How to start a system, and which workloads it takes. */
export interface System {
  readonly name: string
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** A file that it needs, and how to get it. */
  readonly needs?: { readonly file: string; readonly remedy: string }
  readonly takes: (workload: Workload) => boolean
  /** The largest relative difference between its values and those of the others; 1e-3 by default. */
  readonly tolerance?: number
}

const here = (path: string): string => new URL(path, import.meta.url).pathname

const pixelsOf = ({ batch, side }: Workload): number => batch * side * side

/** Whether a workload is a value without a gradient. */
const isValue = ({ work }: Workload): boolean => work === 'forward' || work === 'value'

type Kind = 'ours' | 'reduced' | 'plain' | 'older' | 'stock'

/** Whether a kind of worker knows a loss. */
const knows = (kind: Kind, loss: string): boolean =>
  kind === 'ours' || kind === 'plain' || LAYER.test(loss) || (kind !== 'stock' && OVER_NETWORKS.includes(loss))

const LAYER = /^block\d_conv\d$/

const tfjs = (name: string, kind: Kind, backend: string, most: number, threads = 1, options: readonly string[] = []): System => ({
  name,
  command: [process.execPath, ...options, '--import', 'tsx', here('workers/tfjs.ts'), kind, backend, String(threads)],
  takes: (workload) => {
    if (workload.work === 'bytes') return name === 'ours, WASM'
    return pixelsOf(workload) <= most && knows(kind, workload.loss) && (kind !== 'reduced' || isValue(workload))
  },
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

/** A Python system, in the environment that parity and the tests also use. */
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

const needsFlag = (): boolean => !WebAssembly.validate(Buffer.from(NETWORK_KERNELS.relaxed ?? '', 'base64'))

/** Node's flag for relaxed SIMD, with which ours uses fused multiply-adds; later versions and browsers need no flag. */
const relaxed = (most: number): readonly System[] =>
  needsFlag()
    ? [1, 2].map((threads) => tfjs(withThreads('ours, WASM, relaxed SIMD', threads), 'ours', 'wasm', most, threads, ['--experimental-wasm-relaxed-simd']))
    : []

/** An older package of this library, if the run was given one. */
const olderPackage = (most: number): readonly System[] =>
  process.env['BENCH_BASELINE'] === undefined
    ? []
    : [
        tfjs('older package, native', 'older', 'tensorflow', Infinity),
        ...[1, 2].map((threads) => tfjs(withThreads('older package, WASM', threads), 'older', 'wasm', most, threads)),
      ]

/** The name of a system with this number of threads. */
export const withThreads = (name: string, threads: number): string => (threads === 1 ? name : `${name}, ${String(threads)} threads`)

/** Every system. With `slow`, slow systems also take large pictures; with `largeOnWasm`, only ours on WASM does. */
export const systems = (slow: boolean, largeOnWasm = slow): readonly System[] => {
  const content: System['takes'] = ({ loss }) => loss.startsWith('block')
  const [usualWasm, stockWasm, cpu] = slow ? [4 * 256 ** 2, 256 ** 2, 64 ** 2] : [128 ** 2, 128 ** 2, 32 ** 2]
  const wasm = largeOnWasm ? 4 * 256 ** 2 : usualWasm
  return [
    tfjs('ours, native', 'ours', 'tensorflow', Infinity),
    tfjs('ours, native, reduced precision', 'reduced', 'tensorflow', Infinity),
    tfjs('ours, WASM', 'ours', 'wasm', wasm),
    tfjs('ours, WASM, 2 threads', 'ours', 'wasm', wasm, 2),
    ...relaxed(wasm),
    tfjs("ours, WASM, TensorFlow.js' kernels", 'plain', 'wasm', wasm),
    ...olderPackage(wasm),
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
    // bfloat16 has eight bits of precision: values of similar pictures are off by some percent.
    { ...python('PyTorch, bfloat16', 'torch', 'torch', 'bfloat16', (workload) => isValue(workload) && knows('reduced', workload.loss)), tolerance: 0.1 },
    python('Keras 3, tf.function', 'keras', 'keras', 'function', content),
    python('Keras 3, eager', 'keras', 'keras', 'eager', content),
    python('other packages', 'torch', 'packages', '', ({ loss, work }) => WITHOUT_GRADIENT.includes(loss) && work === 'value'),
  ]
}

/** Why a system cannot be started here, or undefined. */
export const absence = ({ needs }: System): string | undefined =>
  needs === undefined || existsSync(needs.file) ? undefined : `${needs.file} is not there: ${needs.remedy}`
