/**
 * The README's picture of the benchmark: how long a training step takes beside PyTorch, from the table of targets in bench/README.md.
 */
import { readFile, writeFile } from 'node:fs/promises'
import type { TopLevelSpec } from 'vega-lite'
import { svgOf } from './report.js'

/** One bar: a loss, and our time over PyTorch's. */
export interface Bar {
  readonly loss: string
  readonly ratio: number
}

const NAMES: Readonly<Record<string, string>> = {
  'lpips-alex': 'LPIPS, AlexNet',
  'lpips-vgg': 'LPIPS, VGG16',
  dists: 'DISTS',
  ssim: 'SSIM',
  'ms-ssim': 'MS-SSIM',
}

const ROW = /^\| native, ([\w-]+), value \+ gradient, 256: over PyTorch \| at most [\d.]+ \| ([\d.]+) /gm

/** The bars of the published run: value and gradient of the published losses at 256 x 256, on the native backend. */
export const barsOf = (markdown: string): readonly Bar[] => {
  const bars = [...markdown.matchAll(ROW)].map(([, loss = '', ratio = '']) => ({ loss: NAMES[loss] ?? loss, ratio: Number(ratio) }))
  if (bars.length === 0) throw new Error('bench/README.md has no row "native, LOSS, value + gradient, 256: over PyTorch" in its table of targets.')
  return bars
}

const axis = { title: 'time of one training step (PyTorch: 1.0)', titleFontWeight: 'normal', grid: false, tickCount: 5, format: '.1f' } as const

/** Bars from 0 to 1, which is PyTorch. */
const picture = (bars: readonly Bar[]): TopLevelSpec => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  width: 420,
  height: { step: 24 },
  config: { font: 'sans-serif', view: { stroke: null } },
  data: { values: bars.map((bar) => ({ ...bar, text: bar.ratio.toFixed(2) })) },
  encoding: {
    y: { field: 'loss', type: 'nominal', sort: null, axis: { title: null, ticks: false, domain: false, labelFontSize: 12 } },
    x: { field: 'ratio', type: 'quantitative', scale: { domain: [0, 1.05], nice: false }, axis },
  },
  layer: [
    { mark: { type: 'bar', color: '#2f6f9f', height: 16 } },
    { mark: { type: 'text', align: 'left', dx: 4, fontSize: 12 }, encoding: { text: { field: 'text' } } },
    { mark: { type: 'rule', color: '#c0392b', strokeDash: [4, 3] }, encoding: { x: { datum: 1 }, y: {} } },
  ],
})

/** Draws docs/speed.svg from bench/README.md. */
export const drawSummary = async (): Promise<void> => {
  const markdown = await readFile(new URL('README.md', import.meta.url), 'utf8')
  await writeFile(new URL('../docs/speed.svg', import.meta.url), `${await svgOf(picture(barsOf(markdown)))}\n`)
}
