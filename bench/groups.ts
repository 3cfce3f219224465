/**
 * What is measured: the usual part, which takes some minutes, or everything.
 */
import type { Group } from './measure.js'
import type { Work, Workload } from './workload.js'

const WORKS: readonly Work[] = ['forward', 'value', 'prepared', 'fresh']

const contentGroup = (loss: string, side: number, batch: number, rounds: number): Group => ({
  title: `mse at ${loss}, ${String(batch)} x ${String(side)} x ${String(side)}`,
  workloads: WORKS.map((work) => ({ loss, work, side, batch })),
  rounds,
})

const fast = (system: string): boolean => system === 'ours, native' || system === 'ours, WASM'

const growth = (title: string, workloads: readonly Workload[], rounds: number): Group => ({ title, workloads, rounds, among: fast })

const step = (loss: string, side: number, batch = 1): Workload => ({ loss, work: 'prepared', side, batch })

const LAYERS = ['block1_conv2', 'block2_conv2', 'block3_conv3', 'block4_conv3', 'block5_conv3']

/** The names of the losses that grow by terms alone. */
export const TERMS = ['block3_conv3, 1 term', 'block3_conv3, 3 taps, 3 terms', 'block3_conv3, 3 taps, 8 terms', 'block3_conv3, 3 taps, 16 terms'] as const

const grown = (rounds: number, most: number): readonly Group[] => [
  growth('growth with layers', LAYERS.map((layer) => step(layer, 128)), rounds), // prettier-ignore
  growth('growth with pixels', [64, 128, 256, 512].filter((side) => side <= most).map((side) => step('block3_conv3', side)), rounds), // prettier-ignore
  growth('growth with batch', [1, 2, 4].map((batch) => step('block3_conv3', 128, batch)), rounds), // prettier-ignore
  growth('growth with terms on the same taps', TERMS.map((loss) => step(loss, 128)), rounds), // prettier-ignore
]

/** Published losses, compared with their packages. Each is a line here, one in workers/ours.ts and one in workers/torch_worker.py. */
export const PUBLISHED = ['lpips-alex', 'lpips-vgg', 'dists', 'ssim', 'ms-ssim']

/** The metrics of the catalogue, compared with their packages or their authors' programs: also a line each, the packages' in workers/catalogue.py. */
export const CATALOGUE = ['fsim', 'vsi', 'mdsi', 'vif', 'sr-sim', 'dss', 'gmsd', 'ms-gmsd', 'haar-psi', 'iw-ssim', 'nlpd', 'cw-ssim', 'st-lpips', 'a-dists', 'wasserstein-distortion'] // prettier-ignore

/** Metrics of the catalogue whose packages have no gradient (workers/packages_worker.py). */
export const WITHOUT_GRADIENT: readonly string[] = ['ciede2000', 'flip', 'ssimulacra2']

/** The published losses that run over networks. */
export const OVER_NETWORKS: readonly string[] = ['lpips-alex', 'lpips-vgg', 'dists']

const FASTEST: Group['among'] = (system) =>
  [
    'ours, native',
    'ours, native, reduced precision',
    'older package, native',
    'PyTorch, NCHW',
    'PyTorch, bfloat16',
    'onnxruntime-node',
    'other packages',
  ].includes(system)

const published = (losses: readonly string[], sides: readonly number[], rounds: number, among = FASTEST): readonly Group[] =>
  sides.flatMap((side) =>
    losses.map((loss): Group => ({
      title: `${loss}, 1 x ${String(side)} x ${String(side)}`,
      workloads: (['value', 'fresh'] as const).map((work) => ({ loss, work, side, batch: 1 })),
      rounds,
      among,
    })),
  )

/** Losses of luma that packages compute from bytes, without gradients: the names of @blazediff/ssim's programs. 960 x 960 has as many pixels as 1280 x 720. */
export const FROM_BYTES = ['ssim', 'msssim'] as const

const fromBytes = (rounds: number): Group => ({
  title: 'luma, from bytes, 960 x 960',
  workloads: FROM_BYTES.map((loss) => ({ loss: `luma ${loss}`, work: 'bytes', side: 960, batch: 1 })),
  rounds,
})

/** The usual part. */
export const usual = (rounds: number): readonly Group[] => [
  contentGroup('block3_conv3', 128, 1, rounds),
  contentGroup('block3_conv3', 256, 1, rounds),
  { ...contentGroup('block5_conv3', 128, 1, rounds), workloads: [step('block5_conv3', 128)] },
  { ...contentGroup('block3_conv3', 32, 1, rounds), workloads: [step('block3_conv3', 32)] },
  ...grown(rounds, 256),
  ...published(PUBLISHED, [256], rounds),
  fromBytes(rounds),
]

/** Everything. */
export const full = (rounds: number): readonly Group[] => [
  ...[128, 256, 512].flatMap((side) => [1, 4].flatMap((batch) => ['block3_conv3', 'block5_conv3'].map((loss) => contentGroup(loss, side, batch, rounds)))),
  contentGroup('block3_conv3', 32, 1, rounds),
  ...grown(rounds, 512),
  ...published(PUBLISHED, [256, 512], rounds),
  fromBytes(rounds),
]

/** The metrics of the catalogue. */
export const catalogue = (rounds: number): readonly Group[] => published([...CATALOGUE, ...WITHOUT_GRADIENT], [256], rounds)

/** The networks' losses on WASM. */
export const wasm = (rounds: number): readonly Group[] => [
  contentGroup('block3_conv3', 128, 1, rounds),
  {
    ...contentGroup('block3_conv3', 256, 1, rounds),
    workloads: (['forward', 'prepared'] as const).map((work) => ({ loss: 'block3_conv3', work, side: 256, batch: 1 })),
  },
  ...published(OVER_NETWORKS, [128], rounds, (system) => /WASM|web/.test(system)),
]
