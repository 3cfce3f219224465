/**
 * The picture of a run: a row per workload, a point per system, on one screen.
 */
import { Error, logger, parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { Spread } from './statistics.js'

/** One point. */
export interface Point extends Spread {
  readonly system: string
  readonly workload: string
}

/** A hue per package, a shade per variant. */
const COLOURS: Readonly<Record<string, string>> = {
  'ours, native': '#08306b',
  'ours, native, reduced precision': '#4a4ae0',
  'ours, WASM': '#2171b5',
  'ours, WASM, 2 threads': '#4fa3d9',
  'ours, WASM, relaxed SIMD': '#01665e',
  'ours, WASM, relaxed SIMD, 2 threads': '#5ab4ac',
  "ours, WASM, TensorFlow.js' kernels": '#8fb8de',
  'older package, native': '#3f007d',
  'older package, WASM': '#54278f',
  'older package, WASM, 2 threads': '#9e9ac8',
  'ours, cpu': '#b9cfe8',
  'stock tfjs, native': '#a63603',
  'stock tfjs, WASM': '#f16913',
  'stock tfjs, cpu': '#fdae6b',
  'onnxruntime-node': '#006d2c',
  'onnxruntime-web': '#41ab5d',
  'onnxruntime-web, 2 threads': '#a1d99b',
  '@blazediff/ssim': '#8c6d31',
  'PyTorch, NCHW': '#cb181d',
  'PyTorch, channels_last': '#fb6a8a',
  'PyTorch, bfloat16': '#67000d',
  'Keras 3, tf.function': '#6a51a3',
  'Keras 3, eager': '#b3a2d4',
  'other packages': '#737373',
}

/** The colour scale of some systems, in the order of all. */
export const coloursOf = (shown: Iterable<string>): { readonly domain: string[]; readonly range: string[] } => {
  const present = new Set(shown)
  const missing = [...present].filter((system) => !Object.hasOwn(COLOURS, system))
  if (missing.length > 0) throw new globalThis.Error(`No colour for ${missing.join(' and ')}: add it to COLOURS in bench/picture.ts.`)
  const known = Object.entries(COLOURS).filter(([system]) => present.has(system))
  return { domain: known.map(([system]) => system), range: known.map(([, colour]) => colour) }
}

/** Medians on a logarithmic axis; lines are the quartiles. A workload that several groups measured appears once, from the first group. */
export const runPicture = (points: readonly Point[]): TopLevelSpec => {
  const first = new Map<string, Point>()
  for (const point of points) {
    const key = `${point.system}: ${point.workload}`
    if (!first.has(key)) first.set(key, point)
  }
  const x = {
    type: 'quantitative',
    scale: { type: 'log', nice: false },
    axis: { title: 'milliseconds per step', titleFontWeight: 'normal', format: ',d', tickCount: 8 },
  } as const
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 560,
    height: { step: 14 },
    background: 'white',
    config: { font: 'sans-serif', view: { stroke: null } },
    data: { values: [...first.values()].map((point) => ({ ...point, workload: point.workload.replace(' target', '').replace(', 1 x', ',') })) },
    encoding: {
      y: { field: 'workload', type: 'nominal', sort: null, axis: { title: null, ticks: false, domain: false, grid: true, labelLimit: 0 } },
      color: { field: 'system', type: 'nominal', scale: coloursOf([...first.values()].map(({ system }) => system)), legend: { title: null, orient: 'top', columns: 4, symbolType: 'circle', symbolOpacity: 1, labelLimit: 260 } }, // prettier-ignore
    },
    layer: [
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'lower', ...x }, x2: { field: 'upper' } } },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { x: { field: 'median', ...x } } },
    ],
  }
}

/** Vega's errors only. */
const quiet = logger(Error)

/** A Vega-Lite chart as SVG. */
export const svgOf = (chart: TopLevelSpec): Promise<string> => new View(parse(compile(chart, { logger: quiet }).spec), { renderer: 'none' }).toSVG()
