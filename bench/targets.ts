/**
 * What the library must reach on two cores in one run.
 */
import { CATALOGUE, FROM_BYTES, OVER_NETWORKS, PUBLISHED, WITHOUT_GRADIENT } from './groups.js'
import { ratio, type Measured } from './measure.js'
import type { Spread } from './statistics.js'
import { withThreads } from './systems.js'
import { WORDS, type Work } from './workload.js'

/** One target: a ratio and its bound. */
export interface Target {
  readonly what: string
  readonly bound: number
  /** 'most': the ratio must be at most the bound; 'least': at least. */
  readonly side: 'most' | 'least'
  readonly ratio: Spread | undefined
}

interface Row {
  readonly system: string
  readonly loss: string
  readonly work: Work
  readonly size: number
}

const content = (system: string, work: Work, size: number, loss = 'block3_conv3'): Row => ({ system, loss, work, size })

/** Every target of a run; those without rows have no ratio. */
export const targets = (rows: readonly Measured[]): readonly Target[] => {
  const find = ({ system, loss, work, size }: Row): Measured | undefined =>
    rows.find(
      (row) => row.system === system && row.workload.loss === loss && row.workload.work === work && row.workload.side === size && row.workload.batch === 1,
    )
  const time = (what: string, side: Target['side'], bound: number, above: Row, below: Row): Target => ({
    what,
    side,
    bound,
    ratio: ratio(find(above), find(below)),
  })
  const memory = (what: string, bound: number, above: Row, below: Row): Target => {
    const [a, b] = [find(above)?.needs.tensorBytes, find(below)?.needs.tensorBytes]
    const value = a === undefined || b === undefined ? undefined : a / b
    return { what, side: 'most', bound, ratio: value === undefined ? undefined : { lower: value, median: value, upper: value } }
  }
  const ours = content('ours, native', 'prepared', 256)
  const torch = (['PyTorch, NCHW', 'PyTorch, channels_last'] as const).map((system) => content(system, 'prepared', 256))
  const best = [...torch].sort((a, b) => (find(a)?.milliseconds.median ?? Infinity) - (find(b)?.milliseconds.median ?? Infinity))[0] ?? ours
  const published = [...PUBLISHED, ...CATALOGUE, ...WITHOUT_GRADIENT].flatMap((loss) =>
    [256, 512].flatMap((size) =>
      (['value', 'fresh'] as const).map(
        (work) =>
        time(`native, ${loss}, ${work === 'value' ? 'value' : 'value + gradient'}, ${String(size)}: over ${WITHOUT_GRADIENT.includes(loss) ? 'its package' : 'PyTorch'}`, 'most', 1, content('ours, native', work, size, loss), content(WITHOUT_GRADIENT.includes(loss) ? 'other packages' : 'PyTorch, NCHW', work, size, loss)), // prettier-ignore
      ),
    ),
  )
  const overOlder = (['ours, WASM', 'ours, WASM, relaxed SIMD'] as const).flatMap((system) =>
    [1, 2].flatMap((threads) => {
      const [above, below] = [withThreads(system, threads), withThreads('older package, WASM', threads)]
      const target = (bound: number, loss: string, work: Work, size: number): Target =>
        time(`${above.replace('ours, ', '')}, ${loss}, ${WORDS[work]}, ${String(size)}: over the older package`, 'most', bound, content(above, work, size, loss), content(below, work, size, loss)) // prettier-ignore
      return [
        ...[128, 256].flatMap((size) => (['forward', 'prepared'] as const).map((work) => target(system === 'ours, WASM' ? 0.42 : 0.34, 'block3_conv3', work, size))), // prettier-ignore
        ...OVER_NETWORKS.flatMap((loss) => (['value', 'fresh'] as const).map((work) => target(loss === 'lpips-alex' ? 0.6 : 0.5, loss, work, 128))),
      ]
    }),
  )
  return [
    ...overOlder,
    time("native, prepared, 256: over PyTorch's best layout", 'most', 1, ours, best),
    time('native, prepared, 256: over stock tfjs', 'most', 0.7, ours, content('stock tfjs, native', 'prepared', 256)),
    time('native, fresh, 256: over Keras tf.function', 'most', 1, content('ours, native', 'fresh', 256), content('Keras 3, tf.function', 'fresh', 256)),
    time('native, 256: value + gradient over the value', 'most', 2.1, ours, content('ours, native', 'forward', 256)),
    time('WASM, prepared, 128: stock tfjs over it', 'least', 5, content('stock tfjs, WASM', 'prepared', 128), content('ours, WASM', 'prepared', 128)),
    time("WASM, prepared, 128: over TensorFlow.js' kernels", 'most', 0.42, content('ours, WASM', 'prepared', 128), content("ours, WASM, TensorFlow.js' kernels", 'prepared', 128)), // prettier-ignore
    time('WASM, value, 128: over onnxruntime-web', 'most', 0.4, content('ours, WASM', 'value', 128), content('onnxruntime-web', 'value', 128)),
    time('WASM, fresh, 128: onnxruntime-web over it', 'least', 1, content('onnxruntime-web', 'fresh', 128), content('ours, WASM', 'fresh', 128)),
    time('WASM, fresh, 128: stock tfjs over it', 'least', 5, content('stock tfjs, WASM', 'fresh', 128), content('ours, WASM', 'fresh', 128)),
    memory('native, prepared, 256: tensor bytes of a step over stock tfjs', 0.45, ours, content('stock tfjs, native', 'prepared', 256)),
    memory(
      'WASM, prepared, 128: tensor bytes of a step over stock tfjs',
      0.45,
      content('ours, WASM', 'prepared', 128),
      content('stock tfjs, WASM', 'prepared', 128),
    ),
    time('native, 16 terms on three taps over 1 term', 'most', 1.5, content('ours, native', 'prepared', 128, 'block3_conv3, 3 taps, 16 terms'), content('ours, native', 'prepared', 128, 'block3_conv3, 1 term')), // prettier-ignore
    ...FROM_BYTES.map((loss) => time(`WASM, ${loss} of luma from bytes, 960: over @blazediff/ssim`, 'most', 0.5, content('ours, WASM', 'bytes', 960, `luma ${loss}`), content('@blazediff/ssim', 'bytes', 960, `luma ${loss}`))), // prettier-ignore
    ...published,
  ].filter((target) => target.ratio !== undefined)
}

/** Whether a target is reached. */
export const isReached = ({ side, bound, ratio: reached }: Target): boolean =>
  reached !== undefined && (side === 'most' ? reached.median <= bound : reached.median >= bound)
