/**
 * Settings of a comparison besides its bounds: regions to ignore, and what to do about different sizes.
 */
import type { Accepted } from '../core/arguments/checkOptions.js'
import { isPlainRecord } from '../core/arguments/checkOptions.js'
import { formatValue } from '../core/errors/formatValue.js'
import { LossException } from '../index.js'
import type { Background } from './backgrounds.js'
import { isRectangle, withoutIgnored, type Rectangle } from './ignoredRegions.js'
import { sized, type SizeMismatch } from './sizeMismatch.js'

/** Settings of a comparison. */
export interface Settings {
  /** Rectangles in which the pictures may differ: a clock, an advertisement, a cursor. */
  readonly ignore?: readonly Rectangle[]
  /** 'fail' (default); 'pad': the smaller picture gets white at its right and bottom; 'crop': the part that both have, from the top left corner. */
  readonly sizeMismatch?: SizeMismatch
}

const ACCEPTED: Readonly<Record<keyof Settings, Accepted>> = {
  ignore: {
    name: 'a list of rectangles in whole pixels, such as [{ top: 0, left: 0, height: 20, width: 100 }]',
    is: (value) => Array.isArray(value) && value.every(isRectangle),
  },
  sizeMismatch: { name: "'fail', 'pad' or 'crop'", is: (value) => value === 'fail' || value === 'pad' || value === 'crop' },
}

/**
 * The settings among the options of a comparison, and the other options; undefined where there are none.
 *
 * @throws LossException `BadArgument` for a setting that is not accepted.
 */
export const settingsOf = (options: unknown): { readonly settings: Settings; readonly bounds: unknown } => {
  if (!isPlainRecord(options)) return { settings: {}, bounds: options }
  const isSetting = (name: string): name is keyof Settings => Object.hasOwn(ACCEPTED, name)
  const given = Object.entries(options).filter(([name, value]) => isSetting(name) && value !== undefined)
  for (const [name, value] of given) {
    const { is, name: expected } = ACCEPTED[name as keyof Settings]
    if (!is(value)) throw new LossException({ _tag: 'BadArgument', name: `The option ${name}`, received: formatValue(value), expected })
  }
  const others = Object.entries(options).filter(([name]) => !isSetting(name))
  const bounds = others.length === 0 && given.length > 0 ? undefined : Object.fromEntries(others)
  return { settings: Object.fromEntries(given), bounds }
}

/** A background as it is compared. Its tensors are new; the caller disposes of them. */
export const prepared = ({ ignore = [], sizeMismatch = 'fail' }: Settings, background: Background): Background => {
  const [reference, received] = sized(sizeMismatch, background.reference, background.picture)
  const picture = withoutIgnored(ignore, reference, received)
  received.dispose()
  return { reference, picture }
}
