/**
 * The README's picture of the benchmark, from the tables of targets in bench/README.md: a training step on the native backend compared with PyTorch, and on WASM compared with other packages.
 */
import { writeFile } from 'node:fs/promises'
import type { TopLevelSpec } from 'vega-lite'
import { coloursOf, runPicture, svgOf } from './picture.js'
import { pointsOf, readBlock, targetOf } from './published.js'

/** One bar: a system's time over that of the system that counts as 1. */
export interface Bar {
  readonly row: string
  readonly system: string
  readonly ratio: number
}

const NAMES = { 'lpips-alex': 'LPIPS, AlexNet', 'lpips-vgg': 'LPIPS, VGG16', dists: 'DISTS', ssim: 'SSIM', 'ms-ssim': 'MS-SSIM' } as const

/** Value and gradient of the published losses at 256 x 256, on the native backend; PyTorch is 1. */
export const nativeBars = (latest: string): readonly Bar[] =>
  Object.entries(NAMES).flatMap(([loss, row]) => [
    { row, system: 'ours, native', ratio: targetOf(latest, `native, ${loss}, value + gradient, 256: over PyTorch`) },
    { row, system: 'PyTorch, NCHW', ratio: 1 },
  ])

/** Value and gradient of a loss over VGG16 at 128 x 128, on one WASM thread; ours is 1. */
export const wasmBars = (wasm: string): readonly Bar[] => [
  { row: 'VGG16 features', system: 'ours, WASM', ratio: 1 },
  { row: 'VGG16 features', system: 'onnxruntime-web', ratio: targetOf(wasm, 'WASM, fresh, 128: onnxruntime-web over it') },
  { row: 'VGG16 features', system: 'stock tfjs, WASM', ratio: targetOf(wasm, 'WASM, fresh, 128: stock tfjs over it') },
]

const panel = (title: string, bars: readonly Bar[], digits: number, end: number) => ({
  title: { text: title, anchor: 'start', fontWeight: 'normal', fontSize: 13 } as const,
  width: 420,
  height: { step: 15 },
  data: { values: bars.map((bar) => ({ ...bar, text: bar.ratio.toFixed(digits) })) },
  encoding: {
    y: {
      field: 'row',
      type: 'nominal',
      sort: null,
      scale: { paddingInner: 0.25 },
      axis: { title: null, ticks: false, domain: false, labelFontSize: 12, labelLimit: 0 },
    },
    yOffset: { field: 'system', type: 'nominal', sort: null },
    x: { field: 'ratio', type: 'quantitative', scale: { domain: [0, end], nice: false }, axis: null },
  } as const,
  layer: [
    { mark: 'bar', encoding: { color: { field: 'system', type: 'nominal', scale: coloursOf(COLOURED), legend: LEGEND } } },
    { mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 }, encoding: { text: { field: 'text' } } },
  ] as const,
})

const COLOURED = ['ours, native', 'PyTorch, NCHW', 'ours, WASM', 'onnxruntime-web', 'stock tfjs, WASM']
const LEGEND = { title: null, orient: 'bottom', columns: 5 } as const

const summary = (native: readonly Bar[], wasm: readonly Bar[]): TopLevelSpec => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  background: 'white',
  config: { font: 'sans-serif', view: { stroke: null } },
  resolve: { scale: { yOffset: 'independent' } },
  vconcat: [
    panel('Time of a training step at 256 x 256 on two cores (PyTorch: 1)', native, 2, 1.05),
    panel('The same at 128 x 128 on one WASM thread (ours: 1)', wasm, 1, 1.05 * Math.max(...wasm.map(({ ratio }) => ratio))),
  ] as never,
})

/** Draws docs/speed.svg and latest.svg from bench/README.md. */
export const drawPublished = async (): Promise<void> => {
  const [latest, wasm] = [await readBlock('latest'), await readBlock('wasm')]
  await writeFile(new URL('../docs/speed.svg', import.meta.url), `${await svgOf(summary(nativeBars(latest), wasmBars(wasm)))}\n`)
  await writeFile(new URL('latest.svg', import.meta.url), `${await svgOf(runPicture(pointsOf(latest)))}\n`)
}
