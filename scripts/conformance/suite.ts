/**
 * What every backend must agree on: losses as data, each on a pair of golden pictures.
 *
 * Metrics, regularizers and transforms come from the list that generated losses come from (src/laws/optionArbitraries.ts), so that a new one is included automatically: as it is, with
 * generated options, on a network's layer, and where gradients have a kink (identical, black and flat pictures).
 */
import fc from 'fast-check'
import * as face from '../../src/index.js'
import type { Feature, Loss } from '../../src/index.js'
import { builtInLeaves, builtInTransforms } from '../../src/laws/optionArbitraries.js'
import type { LooksAt } from '../../src/laws/builtInEntry.js'

const {
  aDists,
  against,
  dinoPerceptual,
  dists,
  dreamsim,
  esrgan,
  featureAt,
  gatysStyle,
  johnsonContent,
  johnsonStyle,
  laplacianPyramid,
  lpips,
  mae,
  mse,
  msSsim,
  perceptual,
  pixels,
  realEsrgan,
  show,
  ssim,
  stLpips,
  sum,
  totalVariation,
  unitNormalized,
  wassersteinDistortion,
  weighted,
} = face

/** The networks; the last two where their weights are (they are not in the package). */
export const NETWORKS = ['vgg16', 'alexnet', 'alexnetShiftTolerant', 'vgg19', 'squeezenet'] as const
export type NetworkName = (typeof NETWORKS)[number]

/** Rows and columns from .. to. */
export interface Crop {
  readonly rows: readonly [number, number]
  readonly columns: readonly [number, number]
}

interface PicturePair {
  readonly target: string
  readonly prediction: string
  readonly crop?: Crop
}

/** 16 x 24: software that stands in for a graphics card takes it, and a VGG's fifth block has one position. */
const TINY: Crop = { rows: [20, 36], columns: [30, 54] }

/** 32 x 48: AlexNet, SqueezeNet and metrics of several scales do not take smaller ones. */
const MIDDLE: Crop = { rows: [16, 48], columns: [8, 56] }

/** The pairs of pictures, from test/goldens/images. */
export const PICTURES = {
  tiny: { target: 'coffee.png', prediction: 'coffee_noise.png', crop: TINY },
  middle: { target: 'coffee.png', prediction: 'coffee_noise.png', crop: MIDDLE },
  identical: { target: 'coffee.png', prediction: 'coffee.png', crop: TINY },
  black: { target: 'coffee.png', prediction: 'coffee_black.png', crop: TINY },
  flat: { target: 'coffee_black.png', prediction: 'coffee_flat.png', crop: TINY },
  small: { target: 'coffee.png', prediction: 'coffee_noise.png' },
  identicalMiddle: { target: 'coffee.png', prediction: 'coffee.png', crop: MIDDLE },
  blackMiddle: { target: 'coffee.png', prediction: 'coffee_black.png', crop: MIDDLE },
  flatMiddle: { target: 'coffee_black.png', prediction: 'coffee_flat.png', crop: MIDDLE },
  identicalSmall: { target: 'coffee.png', prediction: 'coffee.png' },
  blackSmall: { target: 'coffee.png', prediction: 'coffee_black.png' },
  flatSmall: { target: 'coffee_black.png', prediction: 'coffee_flat.png' },
  large: { target: 'chelsea.png', prediction: 'chelsea_noise.png' },
} as const satisfies Readonly<Record<string, PicturePair>>
export type PicturesName = keyof typeof PICTURES

/** One loss on one pair of pictures. */
export interface Case {
  /** Unique. */
  readonly name: string
  /** The part of the table that it is in. */
  readonly group: 'metrics' | 'on a layer' | 'kinks' | 'networks' | 'recipes' | 'large'
  readonly loss: Loss<string, string>
  readonly pictures: PicturesName
  readonly network?: NetworkName
  /** Whether its options were generated. */
  readonly generated?: boolean
  /** The name of the peer's own number and gradient in test/goldens/numbers_as_shipped.json. */
  readonly peer?: string
}

type Draft = Omit<Case, 'name' | 'group'>

const SEED = 8

/** How many generated sets of options each built-in is looked at with. */
const VARIANTS = 2

type Size = 'tiny' | 'middle' | 'small'

const sizeFor = (minSide: number): Size => (minSide <= 16 ? 'tiny' : minSide <= 32 ? 'middle' : 'small')

/** A built-in as it is, and with generated options, as what is done with a feature. */
interface Form {
  readonly looksAt: LooksAt
  /** The smallest pictures that it takes. */
  readonly size: Size
  readonly uses: readonly ((feature: Feature<string, string>) => Loss<string, string>)[]
}

const forms = (): readonly Form[] => [
  ...builtInLeaves.map(({ looksAt, minSide, plain, make }) => ({
    looksAt,
    size: sizeFor(minSide),
    uses: [plain, ...fc.sample(make, { seed: SEED, numRuns: VARIANTS })],
  })),
  ...builtInTransforms.map(({ looksAt, plain, make }) => ({
    looksAt,
    size: 'tiny' as const,
    uses: [plain, ...fc.sample(make, { seed: SEED, numRuns: VARIANTS })].map((by) => (feature: Feature<string, string>) => mse(by(feature))),
  })),
]

const metrics = (): readonly Draft[] =>
  forms().flatMap(({ uses, size }) => uses.map((use, i): Draft => ({ loss: use(pixels), pictures: size, generated: i > 0 })))

const onALayer = (): readonly Draft[] =>
  forms().flatMap(({ looksAt, uses: [plain] }): readonly Draft[] =>
    plain === undefined || looksAt === 'pictures' ? [] : [{ loss: plain(featureAt('block1_conv1')), pictures: 'tiny', network: 'vgg16' }],
  )

const KINKS = {
  tiny: ['identical', 'black', 'flat'],
  middle: ['identicalMiddle', 'blackMiddle', 'flatMiddle'],
  small: ['identicalSmall', 'blackSmall', 'flatSmall'],
} as const

const kinks = (): readonly Draft[] =>
  forms().flatMap(({ uses: [plain], size }) => (plain === undefined ? [] : KINKS[size].map((pictures): Draft => ({ loss: plain(pixels), pictures }))))

/** Layers that say much of a network, each feature of length 1 so that all of them count. */
const LAYERS: Readonly<Record<NetworkName, readonly string[]>> = {
  vgg16: [1, 2, 3, 4, 5].flatMap((block) => [1, 2, 3].slice(0, block < 3 ? 2 : 3).map((n) => `block${String(block)}_conv${String(n)}`)),
  vgg19: [1, 2, 3, 4, 5].flatMap((block) => [1, 2, 3, 4].slice(0, block < 3 ? 2 : 4).map((n) => `block${String(block)}_conv${String(n)}`)),
  alexnet: ['conv1', 'conv2', 'conv3', 'conv4', 'conv5'],
  alexnetShiftTolerant: ['st_conv1', 'st_conv2', 'st_conv3', 'st_conv4', 'st_conv5'],
  squeezenet: ['conv1', 'fire2', 'fire3', 'fire4', 'fire5', 'fire6', 'fire7', 'fire8', 'fire9'],
}

/** The smallest that a network takes. */
const pictured = (network: NetworkName | undefined): PicturesName => (network === undefined || network.startsWith('vgg') ? 'tiny' : 'middle')

const everyLayer = (network: NetworkName, layers = LAYERS[network], options: Parameters<typeof featureAt>[1] = {}): Draft => ({
  loss: weighted(1 / layers.length, sum(...layers.map((layer) => mse(unitNormalized(featureAt(layer, options)))))),
  pictures: pictured(network),
  network,
})

const networks = (): readonly Draft[] => [
  ...NETWORKS.map((network) => everyLayer(network)),
  // The variants differ before their third block already.
  ...([{ activation: 'pre' }, { pooling: 'average' }, { pooling: 'l2' }] as const).map((options) => everyLayer('vgg16', LAYERS.vgg16.slice(0, 5), options)),
]

/**
 * `measured` is false for one that takes too large pictures for the cpu backend, or needs a network of the user's: its parts are cases, and its own test holds it against its peer.
 */
type RecipeDraft = (Omit<Draft, 'pictures'> & { readonly pictures?: PicturesName; readonly measured?: true }) | (Unmeasured & { readonly measured: false })

interface Unmeasured {
  readonly loss: Loss<string, string>
  readonly network: NetworkName | 'onnx'
}

/** The recipes, by the names they are exported by; `peer` where the peers' own code gave the number of the whole picture. */
export const RECIPES: Readonly<Record<string, readonly RecipeDraft[]>> = {
  perceptual: [
    { loss: perceptual(), network: 'vgg16' },
    { loss: perceptual(), network: 'vgg16', pictures: 'small', peer: 'vgg16:seed (block2_conv2 + block3_conv3, mse)' },
  ],
  johnsonContent: [{ loss: johnsonContent(), network: 'vgg16' }],
  johnsonStyle: [
    { loss: johnsonStyle(), network: 'vgg16' },
    { loss: johnsonStyle(), network: 'vgg16', pictures: 'small', peer: 'vgg16:johnson style (relu1_2 2_2 3_3 4_3, Gram / CHW, squared Frobenius)' },
  ],
  gatysStyle: [{ loss: gatysStyle(), network: 'vgg16' }],
  lpips: [
    { loss: lpips(), network: 'alexnet' },
    { loss: lpips({ net: 'squeeze' }), network: 'squeezenet' },
    { loss: lpips({ net: 'vgg' }), network: 'vgg16', pictures: 'small', peer: 'lpips(vgg)' },
  ],
  stLpips: [{ loss: stLpips(), network: 'alexnetShiftTolerant' }],
  dists: [{ loss: dists(), network: 'vgg16', pictures: 'small', peer: 'dists' }],
  aDists: [{ loss: aDists(), network: 'vgg16', measured: false }],
  dinoPerceptual: [{ loss: dinoPerceptual(), network: 'onnx', measured: false }],
  dreamsim: [{ loss: dreamsim(), network: 'onnx', measured: false }],
  esrgan: [{ loss: esrgan({ pixelWeight: 1e-2 }), network: 'vgg19' }],
  realEsrgan: [{ loss: realEsrgan({ pixelWeight: 1 }), network: 'vgg19' }],
  wassersteinDistortion: [{ loss: wassersteinDistortion(), network: 'vgg16', measured: false }],
  laplacianPyramid: [{ loss: laplacianPyramid() }],
}

const recipes = (): readonly Draft[] =>
  Object.values(RECIPES).flatMap((drafts) =>
    drafts.flatMap((draft): readonly Draft[] => (draft.measured === false ? [] : [{ pictures: pictured(draft.network), ...draft }])),
  )

/** What needs a larger picture, and one loss of everything on it: 257 x 193, odd on purpose. */
const large = (): readonly Draft[] => [
  { loss: ssim(pixels), pictures: 'large' },
  { loss: ssim(pixels, { downsample: 'auto' }), pictures: 'large' },
  { loss: msSsim(pixels), pictures: 'large' },
  {
    loss: sum(perceptual(), weighted(20, against('target', johnsonStyle())), mae(pixels), weighted(1e-3, totalVariation(pixels))),
    pictures: 'large',
    network: 'vgg16',
  },
]

const named = (group: Case['group'], drafts: readonly Draft[]): readonly Case[] =>
  drafts.map((draft) => ({ name: `${show(draft.loss)} of ${draft.network ?? 'pixels'}, ${draft.pictures}`, group, ...draft }))

const all: readonly Case[] = [
  ...named('metrics', metrics()),
  ...named('on a layer', onALayer()),
  ...named('kinks', kinks()),
  ...named('networks', networks()),
  ...named('recipes', recipes()),
  ...named('large', large()),
]

/** Every case once: where generated options are the defaults, the one that was not generated. */
export const CASES: readonly Case[] = all.filter(({ name }, i) => all.findIndex((other) => other.name === name) === i)

/** Whether every system has the time for it: networks on whole pictures only run where convolutions are fast. */
export const isQuick = ({ pictures, network }: Case): boolean => network === undefined || (pictures !== 'small' && pictures !== 'large')

/** Whether it is in the short form: every metric, regularizer and transform as it is, also where gradients have a kink, every network and every recipe. */
export const isBrief = ({ group, generated = false }: Case): boolean => group !== 'on a layer' && group !== 'large' && !generated
