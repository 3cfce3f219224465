/**
 * Options for every comparison of a test suite.
 */
import { resolve } from 'node:path'
import { isPlainRecord } from '../core/arguments/checkOptions.js'
import { formatValue } from '../core/errors/formatValue.js'
import { LossException } from '../index.js'
import { boundsOf, type LookLikeOptions } from './bounds.js'
import { settingsOf, type Settings } from './settings.js'

/** Options for every comparison; those of a comparison come first. */
export type LookLikeDefaults = LookLikeOptions & {
  /** The folder of all references, relative to the working directory; by default they are beside their tests. */
  readonly folder?: string
  /** 'write' (default) writes missing references, except on CI; 'fail' fails everywhere, unless the runner is in update mode. */
  readonly newReferences?: 'write' | 'fail'
}

/** The defaults in use. */
export interface SuiteDefaults {
  readonly settings: Settings
  readonly bounds: unknown
  readonly folder: string | undefined
  readonly newReferences: 'write' | 'fail'
}

let current: SuiteDefaults = { settings: {}, bounds: undefined, folder: undefined, newReferences: 'write' }

/** The defaults in use. */
export const suiteDefaults = (): SuiteDefaults => current

/**
 * Sets options for every comparison of the suite: bounds, settings, the folder of references, and whether missing references are written. Call it in a setup file; a second call
 * replaces the first.
 *
 * @throws LossException `BadArgument` for unknown options and wrong values.
 * @example lookLikeDefaults({ lpips: 0.02, folder: 'test/looks', newReferences: 'fail' })
 */
export const lookLikeDefaults = (defaults: LookLikeDefaults): void => {
  if (!isPlainRecord(defaults)) throw bad('The defaults', defaults, 'options such as { lpips: 0.02, folder: "looks" }')
  const { folder, newReferences = 'write', ...options } = defaults
  if (folder !== undefined && (typeof folder !== 'string' || folder === '')) throw bad('The default folder', folder, "a path such as 'test/looks'")
  if (newReferences !== 'write' && newReferences !== 'fail') throw bad('The default newReferences', newReferences, "'write' or 'fail'")
  const { settings, bounds } = settingsOf(options)
  const given = isPlainRecord(bounds) && Object.keys(bounds).length === 0 ? undefined : bounds
  if (given !== undefined) boundsOf(given)
  current = { settings, bounds: given, folder: folder === undefined ? undefined : resolve(folder), newReferences }
}

const bad = (name: string, received: unknown, expected: string): LossException =>
  new LossException({ _tag: 'BadArgument', name, received: formatValue(received), expected })
