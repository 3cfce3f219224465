/** The losses of the command line: by a name in this list, or by a JSON file. */
import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { either as E } from 'fp-ts'
import {
  aDists,
  charbonnier,
  ciede2000,
  compile,
  cosine,
  cwSsim,
  dists,
  dss,
  esrgan,
  flip,
  focalFrequency,
  fsim,
  gatysStyle,
  gmsd,
  haarPsi,
  huber,
  iwSsim,
  johnsonContent,
  johnsonStyle,
  laplacianPyramid,
  LossException,
  lpips,
  luma,
  mae,
  mdsi,
  mse,
  msGmsd,
  msSsim,
  nlpd,
  perceptual,
  pixels,
  psnrOf,
  realEsrgan,
  slicedWasserstein,
  squaredFrobenius,
  srSim,
  ssim,
  ssimulacra2,
  stLpips,
  tryCompile,
  tryDecodeText,
  vif,
  vsi,
  wassersteinDistortion,
  type CompiledLoss,
  type CompileOptions,
  type Extractor,
  type Loss,
} from '../index.js'
import { suggestion } from '../node/suggestion.js'
import { reasonOf } from '../node/reason.js'
import type { LossNetwork, Networks } from './namedNetworks.js'
import { UsageError } from './usageError.js'

/** A loss by its name, and how its value is reported. */
export interface NamedLoss {
  readonly name: string
  readonly title: string
  readonly loss: Loss<string, string>
  /** The network it was made for; by default the first one that has its layers. */
  readonly network?: LossNetwork
  /** Whether a higher value means more similar. */
  readonly similarity: boolean
  /** The reported number for a loss value. */
  readonly report: (value: number) => number
}

const distance = (title: string, loss: Loss<string, string>, network?: LossNetwork): Omit<NamedLoss, 'name'> => ({
  title,
  loss,
  ...(network === undefined ? {} : { network }),
  similarity: false,
  report: (value) => value,
})

const similarity = (title: string, loss: Loss<string, string>, report: (value: number) => number): Omit<NamedLoss, 'name'> => ({
  ...distance(title, loss),
  similarity: true,
  report,
})

/** How PSNR, SSIM and MS-SSIM are reported. */
export interface Reporting {
  /** 'rgb' (default): of all colours; 'y': of BT.601's Y in 16 .. 235. */
  readonly channels?: 'rgb' | 'y'
  /** The largest PSNR in dB; Infinity. */
  readonly cap?: number | undefined
}

/** The losses that `channels` changes. */
const OF_CHANNELS = ['ssim', 'ms-ssim', 'psnr']

/** Whether a loss of this name takes 'y'. */
export const takesChannels = (name: string): boolean => OF_CHANNELS.includes(name)

/** By name, created on demand. */
const LOSSES: Readonly<Record<string, (reporting: Reporting) => Omit<NamedLoss, 'name'>>> = {
  lpips: () => distance('LPIPS', lpips(), 'alexnet'),
  'lpips-vgg': () => distance('LPIPS (VGG)', lpips({ net: 'vgg' }), 'vgg16'),
  'st-lpips': () => distance('ST-LPIPS', stLpips(), 'alexnetShiftTolerant'),
  'lpips-squeeze': () => distance('LPIPS (Squeeze)', lpips({ net: 'squeeze' }), 'squeezenet'),
  dists: () => distance('DISTS', dists(), 'vgg16'),
  'a-dists': () => distance('A-DISTS', aDists(), 'vgg16'),
  ssim: ({ channels = 'rgb' }) => similarity(titled('SSIM', channels), ssim(pixels, { channels }), (value) => 1 - value),
  'ms-ssim': ({ channels = 'rgb' }) => similarity(titled('MS-SSIM', channels), msSsim(pixels, { channels }), (value) => 1 - value),
  psnr: ({ channels = 'rgb', cap }) =>
    similarity(titled('PSNR', channels), mse(channels === 'y' ? luma(pixels, { levels: 'limited' }) : pixels), (value) => psnrOf(value, cap)),
  mse: () => distance('MSE', mse(pixels)),
  mae: () => distance('MAE', mae(pixels)),
  charbonnier: () => distance('Charbonnier', charbonnier(pixels)),
  huber: () => distance('Huber', huber(pixels)),
  cosine: () => distance('cosine', cosine(pixels)),
  'squared-frobenius': () => distance('squared Frobenius', squaredFrobenius(pixels)),
  gmsd: () => distance('GMSD', gmsd(pixels)),
  'ms-gmsd': () => distance('MS-GMSD', msGmsd(pixels)),
  mdsi: () => distance('MDSI', mdsi(pixels)),
  fsim: () => similarity('FSIM', fsim(pixels), (value) => 1 - value),
  'sr-sim': () => similarity('SR-SIM', srSim(pixels), (value) => 1 - value),
  vsi: () => similarity('VSI', vsi(pixels), (value) => 1 - value),
  'iw-ssim': () => similarity('IW-SSIM', iwSsim(pixels), (value) => 1 - value),
  dss: () => similarity('DSS', dss(pixels), (value) => 1 - value),
  nlpd: () => distance('NLPD', nlpd(pixels)),
  flip: () => distance('FLIP', flip(pixels)),
  ssimulacra2: () => similarity('SSIMULACRA2', ssimulacra2(pixels), (value) => 100 - 100 * value),
  'cw-ssim': () => similarity('CW-SSIM', cwSsim(pixels), (value) => 1 - value),
  vif: () => similarity('VIF', vif(pixels), (value) => 1 - value),
  ciede2000: () => distance('CIEDE2000', ciede2000(pixels)),
  'haar-psi': () => similarity('HaarPSI', haarPsi(pixels), (value) => 1 - value),
  'focal-frequency': () => distance('focal frequency', focalFrequency(pixels)),
  'sliced-wasserstein': () => distance('sliced Wasserstein', slicedWasserstein(pixels)),
  'wasserstein-distortion': () => distance('Wasserstein distortion', wassersteinDistortion(), 'vgg16'),
  'laplacian-pyramid': () => distance('Laplacian pyramid', laplacianPyramid()),
  perceptual: () => distance('perceptual', perceptual(), 'vgg16'),
  'johnson-content': () => distance('content', johnsonContent(), 'vgg16'),
  'johnson-style': () => distance('style', johnsonStyle(), 'vgg16'),
  'gatys-style': () => distance('style (Gatys)', gatysStyle(), 'vgg16'),
  esrgan: () => distance('ESRGAN', esrgan(), 'vgg19'),
  'real-esrgan': () => distance('Real-ESRGAN', realEsrgan(), 'vgg19'),
}

const titled = (title: string, channels: 'rgb' | 'y'): string => (channels === 'y' ? `${title}-Y` : title)

/** The names. */
export const LOSS_NAMES: readonly string[] = Object.keys(LOSSES)

/** Whether a higher score of this name means more similar; never for the user's own losses. */
export const isSimilarity = (name: string): boolean => Object.hasOwn(LOSSES, name) && LOSSES[name]?.({}).similarity === true

/** The name in this list for any spelling of it: the library's (`johnsonStyle`) or a table's (`MS-SSIM`); other names unchanged. */
export const lossName = (said: string): string => {
  const wanted = letters(said)
  return LOSS_NAMES.find((name) => letters(name) === wanted) ?? LOSS_NAMES.find((name) => letters(LOSSES[name]?.({}).title ?? '') === wanted) ?? said
}

const letters = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** The loss of a name, in any spelling, or of a JSON file. */
export const namedLoss = async (said: string, reporting: Reporting = {}): Promise<NamedLoss> => {
  const known = lossName(said)
  const made = Object.hasOwn(LOSSES, known) ? LOSSES[known]?.(reporting) : undefined
  if (made !== undefined) return { name: known, ...made }
  if (extname(said).toLowerCase() !== '.json')
    throw new UsageError(
      `received the unknown loss '${said}', expected a JSON file (loss.json) or one of ${LOSS_NAMES.join(', ')}.${suggestion(said.toLowerCase(), LOSS_NAMES)}`,
    )
  const name = basename(said, extname(said))
  return { name, ...distance(name, await read(said)) }
}

const read = async (file: string): Promise<Loss<string, string>> => {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`The loss ${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
  const loss = tryDecodeText(text)
  if (E.isLeft(loss)) throw new Error(`${file}: ${new LossException(loss.left).message}`)
  return loss.right
}

/** Compiles the loss over its network, or over the first one that has its layers. */
export const compileNamed = async (named: NamedLoss, networks: Networks, options: CompileOptions = {}): Promise<CompiledLoss<string>> => {
  const extractor = await extractorOf(named, networks)
  return extractor === undefined ? compile(named.loss as Loss<never, string>, options) : compile(named.loss, extractor, options)
}

/** The network that a loss uses, if any. */
export const extractorOf = async ({ loss, network }: NamedLoss, networks: Networks): Promise<Extractor<string> | undefined> => {
  const alone = tryCompile(loss as Loss<never, string>)
  if (E.isRight(alone)) return undefined
  if (alone.left._tag !== 'MissingExtractor') throw new LossException(alone.left)
  if (network !== undefined) return networks.load(network)
  const candidates = await networks.candidates()
  const tried = candidates.map((extractor) => tryCompile(loss, extractor))
  const fitting = candidates[tried.findIndex(E.isRight)]
  if (fitting !== undefined) return fitting
  throw new LossException(tried.find(E.isLeft)?.left ?? alone.left)
}
