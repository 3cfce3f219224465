/**
 * perceptual-loss/playwright: Playwright Test's `expect` with `toLookLike`: `import { expect } from 'perceptual-loss/playwright'`.
 *
 * Differences go to the test's output folder and into its report, as those of `toHaveScreenshot` do.
 */
import { basename, dirname } from 'node:path'
import { expect as base, test } from '@playwright/test'
import type { LookLikeOptions } from './bounds.js'
import { lookLike, type Verdict } from './lookLike.js'
import { fileName, standardUpdate, type Run, type Update } from './testRun.js'

/** `updateSnapshots` of Playwright's configuration. */
const UPDATES: Readonly<Record<string, Update>> = { all: 'all', changed: 'all', none: 'none' }

const currentRun = (): Run => {
  const info = test.info()
  return {
    folder: dirname(info.file),
    diff: (reference) => info.outputPath(fileName(reference)),
    update: UPDATES[info.config.updateSnapshots] ?? standardUpdate(),
    updateBy: '--update-snapshots',
    // Pictures of these names are laid over each other in Playwright's report.
    attach: (path) => info.attach(basename(path).replace(/-heat\.png$/, '-diff.png'), { path, contentType: 'image/png' }),
  }
}

/** The matcher for `expect.extend` of Playwright Test. */
export async function toLookLike(
  this: { readonly isNot: boolean },
  picture: unknown,
  reference: string | URL,
  options?: LookLikeOptions,
): Promise<Verdict & { readonly name: string }> {
  return { ...(await lookLike(currentRun(), { picture, reference, options, isNot: this.isNot })), name: 'toLookLike' }
}

/** Playwright Test's `expect`, with `toLookLike`. */
export const expect = base.extend({ toLookLike })

export type { LookLikeOptions, LossBound, NamedBounds } from './bounds.js'
export type { Picture } from './received.js'
export type { Rectangle, Settings, SizeMismatch } from './settings.js'
