/**
 * Writes the tables of docs/choosing-a-metric.md: `npx tsx scripts/choosing-a-metric.ts`.
 *
 * Each metric's distance from a photograph to it with one small change, over its distance to the same photograph as a JPEG of quality 50: the median of five
 * photographs, 256 x 256 from their middle.
 */
import { readFile, writeFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import sharp, { type Sharp } from 'sharp'
import { photograph, PHOTOGRAPHS } from '../examples/photographs.js'
import * as face from '../src/index.js'
import { compile, explain, type Extractor, type Loss } from '../src/index.js'
import { useFastestBackend } from '../src/node/index.js'
import { random } from '../test/support/images.js'
import { withParts } from './docs/facts.js'
import { networks } from './docs/networks.js'
import type { NetworkName } from './docs/catalogue.js'

const SIDE = 256

interface Row {
  readonly loss: Loss<string, string>
  readonly network?: NetworkName
}

const { pixels } = face

/** By the name of the loss's page and, in brackets, its network; in the order of the table. */
const ROWS: Readonly<Record<string, Row>> = {
  mse: { loss: face.mse(pixels) },
  ssim: { loss: face.ssim(pixels) },
  msSsim: { loss: face.msSsim(pixels) },
  vif: { loss: face.vif(pixels) },
  gmsd: { loss: face.gmsd(pixels) },
  msGmsd: { loss: face.msGmsd(pixels) },
  mdsi: { loss: face.mdsi(pixels) },
  haarPsi: { loss: face.haarPsi(pixels) },
  fsim: { loss: face.fsim(pixels) },
  srSim: { loss: face.srSim(pixels) },
  vsi: { loss: face.vsi(pixels) },
  iwSsim: { loss: face.iwSsim(pixels) },
  dss: { loss: face.dss(pixels) },
  nlpd: { loss: face.nlpd(pixels) },
  cwSsim: { loss: face.cwSsim(pixels) },
  ssimulacra2: { loss: face.ssimulacra2(pixels) },
  flip: { loss: face.flip(pixels) },
  ciede2000: { loss: face.ciede2000(pixels) },
  'lpips (AlexNet)': { loss: face.lpips(), network: 'alexnet' },
  'lpips (VGG16)': { loss: face.lpips({ net: 'vgg' }), network: 'vgg16' },
  dists: { loss: face.dists(), network: 'vgg16' },
  aDists: { loss: face.aDists(), network: 'vgg16' },
  perceptual: { loss: face.perceptual(), network: 'vgg16' },
}

type Pixels = Uint8Array
const RAW = { raw: { width: SIDE, height: SIDE, channels: 3 } } as const

const each = (picture: Pixels, f: (value: number, i: number) => number): Pixels =>
  Uint8Array.from(picture, (value, i) => Math.min(255, Math.max(0, Math.round(f(value, i)))))

/** One pixel to the right; the first column is repeated. */
const shifted = (picture: Pixels): Pixels => each(picture, (value, i) => ((i / 3) % SIDE < 1 ? value : (picture[i - 3] ?? value)))

/** Box-Muller. */
const noisy = (picture: Pixels): Pixels => {
  const next = random(1)
  return each(picture, (value) => value + 8 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()))
}

const raw = async (image: Sharp): Promise<Pixels> => new Uint8Array(await image.removeAlpha().raw().toBuffer())
const jpeg = async (picture: Pixels): Promise<Pixels> => raw(sharp(await sharp(picture, RAW).jpeg({ quality: 50 }).toBuffer()))

const CHANGES: Readonly<Record<string, (picture: Pixels) => Pixels | Promise<Pixels>>> = {
  'shifted by 1 pixel': shifted,
  'noise of 8 / 255': noisy,
  'blurred, sigma 1': (picture) => raw(sharp(picture, RAW).blur(1)),
  '10 % darker': (picture) => each(picture, (value) => 0.9 * value),
  '10 % less contrast': (picture) => each(picture, (value) => 128 + 0.9 * (value - 128)),
  'greyer by half': (picture) => raw(sharp(picture, RAW).modulate({ saturation: 0.5 })),
}

const tensorOf = (picture: Pixels): Tensor4D =>
  tf.tensor4d(
    Float32Array.from(picture, (value) => value / 255),
    [1, SIDE, SIDE, 3],
  )

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const pictures = await Promise.all(PHOTOGRAPHS.map((name) => raw(sharp(photograph(name)).resize(SIDE, SIDE, { fit: 'cover' }))))

await useFastestBackend({ among: ['wasm'] })
const load = networks()

const distances = async (loss: Loss<string, string>, extractor: Extractor<string> | undefined): Promise<readonly number[]> => {
  const f = extractor === undefined ? compile(loss as never) : compile(loss, extractor)
  const between = (a: Pixels, b: Pixels): number =>
    tf.tidy(() => (f as unknown as (a: Tensor4D, b: Tensor4D) => tf.Scalar)(tensorOf(a), tensorOf(b)).dataSync<'float32'>()[0] ?? Number.NaN)
  const ratios: number[][] = []
  for (const picture of pictures) {
    const unit = between(picture, await jpeg(picture))
    const row: number[] = []
    for (const change of Object.values(CHANGES)) row.push(between(picture, await change(picture)) / unit)
    ratios.push(row)
  }
  f.dispose()
  return Object.keys(CHANGES).map((_, i) => median(ratios.map((row) => row[i] ?? Number.NaN)))
}

const number = (value: number): string => (value < 0.005 ? '0' : value < 9.95 ? value.toPrecision(2) : value.toFixed(0))
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const rows: string[] = []
for (const [name, { loss, network }] of Object.entries(ROWS)) {
  const extractor = network === undefined ? undefined : await load(network)
  const shape = [1, SIDE, SIDE, 3] as const
  const { flops } = await (extractor === undefined ? explain(loss as never, { shape }) : explain(loss, extractor as never, { shape }))
  rows.push(
    line([`[\`${name}\`](losses/${name.split(' ')[0] ?? ''}.md)`, (flops.prepared / 1e6).toFixed(0), ...(await distances(loss, extractor)).map(number)]),
  )
  process.stderr.write(`${rows.at(-1) ?? ''}\n`)
}
const file = new URL('../docs/choosing-a-metric.md', import.meta.url)
const head = ['metric', 'MFLOP', ...Object.keys(CHANGES)]
const table = [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows].join('\n')
await writeFile(file, withParts(await readFile(file, 'utf8'), { sensitivity: table }, file.pathname))
