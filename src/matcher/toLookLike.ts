/**
 * `toLookLike` for runners that pass the test's path and snapshot state to a matcher, as vitest and Jest do.
 */
import type { LookLikeOptions } from './bounds.js'
import { lookLike } from './lookLike.js'
import { notAwaited, type Verdict } from './recordVerdict.js'
import type { Picture } from './received.js'
import { snapshotRun, type SnapshotContext } from './testRun.js'
import { tracked } from './testState.js'

/** The matchers of `expect(picture)`; they must be awaited. */
export interface LookLikeMatchers<T = unknown, R = void> {
  /**
   * Expects the picture to look like a reference file, within bounds; by default { lpips: 0.1, spot: 0.03 }. It must be awaited.
   *
   * The picture: bytes of a picture file, base64 of them, its path or URL, or a float32 tensor [height, width, 3] or [1, height, width, 3] in [0, 1]. The reference: a path relative to
   * the test file; without one it is named after the test and numbered. A missing one is written, except on CI; `-u` (Playwright: `--update-snapshots`) replaces failing ones.
   *
   * @throws LossException for pictures that cannot be compared: different sizes, too small for the network, or unreadable.
   * @example await expect(await page.screenshot()).toLookLike('login.png', { lpips: 0.05 })
   */
  toLookLike: (
    this: [Awaited<T>] extends [Picture] ? unknown : never,
    reference?: string | URL | LookLikeOptions,
    options?: LookLikeOptions,
  ) => Promise<Awaited<R>>
}

/**
 * The matcher for `expect.extend` of vitest and Jest.
 *
 * @example expect.extend({ toLookLike })
 */
export function toLookLike(this: SnapshotContext, picture: unknown, reference?: string | URL | LookLikeOptions, options?: LookLikeOptions): Promise<Verdict> {
  const run = snapshotRun(this)
  const isNot = this.isNot ?? false
  return tracked(run.id, () => lookLike(run, { picture, reference, options, isNot }), notAwaited(isNot))
}
