/** --max lpips=0.05 and --min ssim=0.95 as bounds of `toLookLike`, whose ssim and msSsim are distances. */
import { LossException } from '../../index.js'
import { boundsOf, type NamedBounds } from '../../matcher/bounds.js'
import { lossName } from '../namedLosses.js'
import { limitsOf } from '../compare/scoreLimits.js'
import { UsageError } from '../usageError.js'

/** The options as they were typed. */
export interface Limits {
  readonly max: readonly string[]
  readonly min: readonly string[]
}

interface Known {
  readonly option: 'max' | 'min'
  readonly bound: (limit: number) => NamedBounds
}

/** 12 digits, so that 1 - 0.95 is 0.05. */
const distance = (similarity: number): number => Number((1 - similarity).toPrecision(12))

const KNOWN: Readonly<Record<string, Known>> = {
  lpips: { option: 'max', bound: (lpips) => ({ lpips }) },
  spot: { option: 'max', bound: (spot) => ({ spot }) },
  dists: { option: 'max', bound: (dists) => ({ dists }) },
  ssim: { option: 'min', bound: (limit) => ({ ssim: distance(limit) }) },
  'ms-ssim': { option: 'min', bound: (limit) => ({ msSsim: distance(limit) }) },
  psnr: { option: 'min', bound: (psnr) => ({ psnr }) },
}

/** The bounds; undefined for the default ones. */
export const folderBounds = ({ max, min }: Limits): NamedBounds | undefined => {
  const limits = [...limitsOf('max', max), ...limitsOf('min', min)]
  if (limits.length === 0) return undefined
  const parts = limits.map(({ option, name, bound }) => {
    const known = Object.hasOwn(KNOWN, lossName(name)) ? KNOWN[lossName(name)] : undefined
    if (known === undefined) throw new UsageError(`--${option}: received the loss '${name}', expected one of ${Object.keys(KNOWN).join(', ')}.`)
    if (known.option !== option) throw new UsageError(`--${option} ${name}: use --${known.option} ${name}=...`)
    return known.bound(bound)
  })
  const bounds: NamedBounds = Object.assign({}, ...parts) as NamedBounds
  try {
    boundsOf(bounds)
  } catch (error) {
    if (error instanceof LossException) throw new UsageError(error.message)
    throw error
  }
  return bounds
}
