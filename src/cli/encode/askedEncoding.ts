/** The arguments of `compare --target`, checked. */
import { boundOf } from '../compare/scoreLimits.js'
import type { Format } from '../compare/printScores.js'
import { takesChannels } from '../namedLosses.js'
import { among } from '../optionValues.js'
import { UsageError } from '../usageError.js'
import { FORMAT_NAMES } from './encoders.js'
import type { AskedEncoding } from './encodeToTarget.js'

/** The arguments as they were given. */
export interface GivenEncoding {
  readonly pictures: readonly string[]
  readonly targets: readonly string[]
  readonly formats: readonly string[]
  readonly output: string | undefined
  readonly weights: readonly string[]
  readonly backend: string
  readonly memory: string | number | undefined
  readonly channels: 'rgb' | 'y'
  readonly format: Format
  /** The options that apply to pairs of pictures, and were given. */
  readonly others: readonly string[]
}

/** Throws a `UsageError` for the first argument that does not fit. */
export const askedEncoding = ({ pictures, targets, formats, channels, others, ...given }: GivenEncoding): AskedEncoding => {
  const [picture = '', ...more] = pictures
  const [text = '', second] = targets
  if (second !== undefined) throw new UsageError(`--target: received ${targets.join(' and ')}, expected one target.`)
  const target = boundOf('--target', text, 'ssim=0.98')
  if (more.length > 0) throw new UsageError(`--target: received ${String(pictures.length)} pictures, expected one, which is encoded and compared with itself.`)
  const [other] = others
  if (other !== undefined) throw new UsageError(`--${other} does not apply with --target; leave it out.`)
  if (channels === 'y' && !takesChannels(target.name))
    throw new UsageError(`--channels y does not apply to ${target.name}; it applies to psnr, ssim and ms-ssim.`)
  return { ...given, picture, target, formats: formats.map((name) => among('--encode', name, FORMAT_NAMES)), reporting: { channels } }
}
