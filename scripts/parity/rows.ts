/**
 * What is compared: a peer's number and the loss of this package that it is of.
 */
import {
  alexnet,
  compile,
  dists,
  featureAt,
  gmsd,
  haarPsi,
  lpips,
  mse,
  msSsim,
  named,
  perceptual,
  pixels,
  ssim,
  sum,
  totalVariation,
  vgg16,
  weighted,
  type AlexnetLayer,
  type CompiledLoss,
  type Loss,
  type Target,
  type Vgg16Layer,
} from '../../src/index.js'

/** One row, by the name that the peer's program gives it; `score` makes the peer's number of the loss where it is another one. */
export interface Row<L extends string> {
  readonly peer: string
  readonly loss: Loss<L, Target>
  readonly score?: (loss: number) => number
}

const similarity = (distance: number): number => 1 - distance

/** PSNR as piq defines it: it adds 1e-8 to the error, so identical pictures have 80 dB (`scores.psnr` has Infinity). */
const psnr = (error: number): number => -10 * Math.log10(error + 1e-8)

const OVER_VGG: readonly Row<Vgg16Layer>[] = [
  { peer: 'mse (torch)', loss: mse(pixels) },
  { peer: 'psnr (piq)', loss: mse(pixels), score: psnr },
  { peer: 'perceptual (keras)', loss: perceptual() },
  // piq takes the mean over positions and the sum over the 256 channels.
  { peer: 'content relu3_3 (piq)', loss: weighted(256, mse(featureAt('relu3_3'))) },
  { peer: 'lpips(vgg) (lpips)', loss: lpips({ net: 'vgg' }) },
  { peer: 'dists (DISTS_pytorch)', loss: dists() },
  { peer: 'total variation l1 (piq)', loss: totalVariation(pixels, { norm: 'l1', reduction: 'sum' }) },
  { peer: 'total variation (tf.image)', loss: totalVariation(pixels, { norm: 'l1', reduction: 'sum' }) },
]

const OVER_ALEX: readonly Row<AlexnetLayer>[] = [{ peer: 'lpips(alex) (lpips)', loss: lpips() }]

const STRUCTURE: readonly Row<never>[] = [
  { peer: 'ssim (tf.image)', loss: ssim(pixels), score: similarity },
  { peer: 'ssim (pytorch-msssim)', loss: ssim(pixels), score: similarity },
  { peer: 'ssim (piq)', loss: ssim(pixels, { downsample: 'auto' }), score: similarity },
]

const EDGES: readonly Row<never>[] = [
  { peer: 'gmsd (piq)', loss: gmsd(pixels) },
  { peer: 'haarpsi (piq)', loss: haarPsi(pixels), score: similarity },
]

/** Five scales: 161 pixels a side. */
const SCALES: readonly Row<never>[] = [
  { peer: 'ms-ssim (pytorch-msssim)', loss: msSsim(pixels, { like: 'pytorch-msssim' }), score: similarity },
  { peer: 'ms-ssim (piq)', loss: msSsim(pixels, { like: 'piq' }), score: similarity },
]

/** Every row. */
export const ROWS: readonly Row<string>[] = [...OVER_VGG, ...OVER_ALEX, ...STRUCTURE, ...EDGES, ...SCALES]

/** Rows that are computed together, for pictures of a smallest side. */
export interface Group {
  readonly rows: readonly Row<string>[]
  readonly f: CompiledLoss
  readonly minimum: number
}

const total = <L extends string>(rows: readonly Row<L>[]): Loss<L, Target> => sum(...rows.map(({ peer, loss }) => named(peer, loss)))

/** All of ours: one forward pass a network gives every row over it. */
export const compiled = async (): Promise<readonly Group[]> => [
  { rows: OVER_VGG, f: compile(total(OVER_VGG), await vgg16()), minimum: 16 },
  { rows: OVER_ALEX, f: compile(total(OVER_ALEX), await alexnet()), minimum: 31 },
  { rows: EDGES, f: compile(total(EDGES)), minimum: 16 },
  { rows: STRUCTURE, f: compile(total(STRUCTURE)), minimum: 11 },
  { rows: SCALES, f: compile(total(SCALES)), minimum: 161 },
]
