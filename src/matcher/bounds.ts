/**
 * Bounds for the distance of a picture from its reference: scores by name, or a loss and its largest value.
 *
 * Law: a picture is within its bounds when every bound holds; identical pictures are within all of them.
 */
import { formatValue } from '../core/errors/formatValue.js'
import { dists, laws, LossException, lpips, mse, msSsim, pixels, psnrOf, ssim, type Extractor, type Loss, type Target } from '../index.js'
import { sharedAlexnet, sharedVgg16 } from './sharedNetworks.js'
import { aLoss, anExtractor } from '../core/language/lossGuards.js'
import { checkOptions, isPlainRecord, type AcceptedOptions } from '../core/arguments/checkOptions.js'
import type { Settings } from './settings.js'

/** Bounds by name; each one given must hold. */
export interface NamedBounds {
  /** LPIPS over AlexNet, at most; pictures of 31 x 31 and more. */
  readonly lpips?: number
  /** The colour difference of the most different spot of 16 x 16 pixels, at most; black and white differ by 1. Smoothed edges and letters up to 4 pixels aside do not count. */
  readonly spot?: number
  /** DISTS, at most; pictures of 16 x 16 and more. */
  readonly dists?: number
  /** 1 - SSIM, at most: 0.05 asks for an SSIM of 0.95. Pictures of 11 x 11 and more. */
  readonly ssim?: number
  /** 1 - MS-SSIM, at most; pictures of 161 x 161 and more. */
  readonly msSsim?: number
  /** The peak signal-to-noise ratio in dB, at least. */
  readonly psnr?: number
}

/** Any loss, and its largest value. */
export interface LossBound<L extends string = string> {
  readonly loss: Loss<L, Target>
  readonly max: number
  /** The network of the loss, if it needs one; the caller disposes of it. */
  readonly extractor?: Extractor<string>
}

/** Bounds by name, or one loss. */
export type Bounds = NamedBounds | LossBound

/** Options of `toLookLike`: bounds, by default { lpips: 0.1, spot: 0.03 }, and settings. */
export type LookLikeOptions = Bounds & Settings

/** One bound, ready to be measured. */
export interface Bound {
  readonly name: string
  readonly loss: Loss<string, Target>
  readonly extractor: () => Promise<Extractor<string> | undefined>
  /** The reported score for a loss value. */
  readonly score: (value: number) => number
  readonly unit: '' | ' dB'
  readonly side: 'at most' | 'at least'
  readonly limit: number
  /** Whether equal pictures are within the bound, whatever they show. */
  readonly holdsForEqual: boolean
  /** Whether the distance is that of the most different spot; the loss then checks the pictures only. */
  readonly spot: boolean
  /** Whether the loss is the package's own, so that one compiled loss serves every test. */
  readonly builtIn: boolean
}

/** Whether a score is within the bound. */
export const holds = ({ side, limit }: Bound, score: number): boolean => (side === 'at most' ? score <= limit : score >= limit)

type Name = keyof NamedBounds
type Known = Omit<Bound, 'name' | 'limit' | 'holdsForEqual' | 'spot' | 'builtIn'> & { readonly expected: string; readonly accepts: (limit: number) => boolean }

const none = (): Promise<undefined> => Promise.resolve(undefined)
const distance = {
  score: (value: number) => value,
  unit: '',
  side: 'at most',
  expected: 'a number from 0 to 1',
  accepts: (limit: number) => limit >= 0 && limit <= 1,
} as const

/** Identical pictures have 0; nothing reaches 1. */
const belowOne = { ...distance, expected: 'a number from 0, below 1', accepts: (limit: number) => limit >= 0 && limit < 1 } as const

/** A similarity passed in place of a distance would accept everything. */
const similarity = (name: string) =>
  ({
    ...distance,
    expected: `a number from 0 to 0.5: the distance 1 - ${name}, at most (for a similarity of at least 0.95 write 0.05)`,
    accepts: (limit: number) => limit >= 0 && limit <= 0.5,
  }) as const

const KNOWN: Readonly<Record<Name, Known>> = {
  lpips: { ...distance, loss: lpips(), extractor: sharedAlexnet },
  spot: { ...belowOne, loss: mse(pixels), extractor: none },
  dists: { ...belowOne, loss: dists(), extractor: sharedVgg16 },
  ssim: { ...similarity('SSIM'), loss: ssim(pixels), extractor: none },
  msSsim: { ...similarity('MS-SSIM'), loss: msSsim(pixels), extractor: none },
  psnr: {
    loss: mse(pixels),
    extractor: none,
    score: (value) => psnrOf(value),
    unit: ' dB',
    side: 'at least',
    expected: 'a number of dB above 0',
    accepts: (limit) => limit > 0,
  },
}

const NAMES = Object.keys(KNOWN) as readonly Name[]

/** The default bounds: a page as a whole, and its most different spot. docs/toLookLike.md compares them with those of other matchers. */
export const STANDARD = { lpips: 0.1, spot: 0.03 } as const satisfies NamedBounds

/**
 * The bounds that the options ask for.
 *
 * @throws LossException `BadArgument` for unknown names, wrong limits, and options without bounds.
 */
export const boundsOf = (options: unknown = STANDARD): readonly Bound[] => {
  if (!isPlainRecord(options) || Object.keys(options).length === 0) throw bad('The options', options, EXAMPLES)
  if ('loss' in options) return [lossBound(options)]
  return Object.entries(options).map(([name, limit]: [string, unknown]) => {
    if (!isName(name)) throw bad(`The bound '${name}'`, limit, `one of ${NAMES.join(', ')}, or { loss, max, extractor }`)
    const { accepts, expected, ...known } = KNOWN[name]
    if (!isNumber(limit) || !accepts(limit)) throw bad(`The bound ${name}`, limit, expected)
    return { ...known, name, limit, holdsForEqual: true, spot: name === 'spot', builtIn: true }
  })
}

const EXAMPLES = 'bounds such as { lpips: 0.05 }, or { loss, max }'

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const LOSS_BOUND: AcceptedOptions = { loss: aLoss, max: { is: isNumber, name: 'a number, the largest value of the loss' }, extractor: anExtractor }

const lossBound = (options: Readonly<Record<string, unknown>>): Bound => {
  checkOptions('toLookLike', options, LOSS_BOUND)
  const { loss, max, extractor } = options
  if (!isNumber(max)) throw bad('max', max, 'a number, the largest value of the loss')
  const given = extractor as Extractor<string> | undefined
  const [, largest] = laws(loss as Loss<string, Target>).range
  if (max >= largest) throw bad('max', max, `a number below ${String(largest)}, the largest value of this loss: the bound could not fail`)
  const holdsForEqual = laws(loss as Loss<string, Target>).zeroOnIdentity && max >= 0
  const shared = { ...distance, name: 'loss', loss: loss as Loss<string, Target>, extractor: () => Promise.resolve(given) }
  return { ...shared, limit: max, holdsForEqual, spot: false, builtIn: false }
}

const isName = (name: string): name is Name => (NAMES as readonly string[]).includes(name)

const bad = (name: string, received: unknown, expected: string): LossException =>
  new LossException({ _tag: 'BadArgument', name, received: formatValue(received), expected })
