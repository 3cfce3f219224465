/**
 * perceptual-loss/playwright: Playwright Test's `expect` with `toLookLike`: `import { expect } from 'perceptual-loss/playwright'`.
 *
 * Differences go to the test's output folder and into its report, as those of `toHaveScreenshot` do.
 */
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { expect as base, test, type TestInfo } from '@playwright/test'
import type { Bounds } from './bounds.js'
import { isPlainRecord } from '../core/arguments/checkOptions.js'
import { lookLike, withoutPicture } from './lookLike.js'
import { untilTestEnds } from './playwrightTestEnd.js'
import type { Verdict } from './recordVerdict.js'
import { screenshot, type PageSettings } from './screenshot.js'
import { fileName, standardUpdate, type Run, type Update } from './testRun.js'

/** Options of `toLookLike`: bounds, by default { lpips: 0.1, spot: 0.03 }, and settings. */
export type PageLookLikeOptions = Bounds & PageSettings

/** `updateSnapshots` of Playwright's configuration. */
const UPDATES: Readonly<Record<string, Update>> = { all: 'all', changed: 'all', none: 'none' }

const nameOf = ({ project, titlePath }: TestInfo): string => [project.name, titlePath.join(' > ')].filter((part) => part !== '').join(' ')

const runOf = (info: TestInfo): Run => {
  const [folder, name] = [dirname(info.file), nameOf(info)]
  const automaticName = (number: number): string => `${fileName(info.titlePath.slice(1).join(' '))}-${String(number)}.png`
  return {
    test: name,
    id: name,
    label: info.repeatEachIndex > 0 ? `${name} (repetition ${String(info.repeatEachIndex + 1)})` : name,
    folder,
    // As of `toMatchSnapshot`: by `snapshotPathTemplate`, so that each project can have its own.
    referencePath: (reference, number) => {
      const wanted = reference ?? automaticName(number)
      return isAbsolute(wanted) || wanted.startsWith('..') ? resolve(folder, wanted) : info.snapshotPath(...wanted.split('/'))
    },
    automaticName,
    diff: (reference) => info.outputPath(fileName(reference)),
    update: UPDATES[info.config.updateSnapshots] ?? standardUpdate(),
    updateBy: '--update-snapshots',
    hasFailed: () => info.errors.length > 0,
    // Pictures of these names are laid over each other in Playwright's report.
    attach: (path) => info.attach(basename(path).replace(/-heat\.png$/, '-diff.png'), { path, contentType: 'image/png' }),
  }
}

/** The matcher for `expect.extend` of Playwright Test. A page or locator is photographed until two pictures in a row are equal. A test that ends before its comparison fails. */
export async function toLookLike(
  this: { readonly isNot: boolean; readonly timeout?: number },
  picture: unknown,
  reference?: string | URL | PageLookLikeOptions,
  options?: PageLookLikeOptions,
): Promise<Verdict & { readonly name: string }> {
  const [named, given] = isPlainRecord(reference) && options === undefined ? [undefined, reference as PageLookLikeOptions] : [reference, options]
  const info = test.info()
  const { isNot, timeout } = this
  const verdict = await untilTestEnds(info, nameOf(info), isNot, async () => {
    const shown = await screenshot(picture, given, timeout).catch((error: unknown) => withoutPicture(runOf(info), { reference: named, isNot }, error))
    return lookLike(runOf(info), { ...shown, reference: named, isNot })
  })
  return { ...verdict, name: 'toLookLike' }
}

/** Playwright Test's `expect`, with `toLookLike`. */
export const expect = base.extend({ toLookLike })

export { lookLikeDefaults, type LookLikeDefaults } from './suiteDefaults.js'
export { warmUp } from './warmUp.js'
export type { PageSettings } from './screenshot.js'
export type { LookLikeOptions, LossBound, NamedBounds } from './bounds.js'
export type { Picture } from './received.js'
export type { Rectangle } from './ignoredRegions.js'
export type { Settings } from './settings.js'
export type { SizeMismatch } from './sizeMismatch.js'
