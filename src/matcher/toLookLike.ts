/**
 * `toLookLike` for runners that give a matcher the test's path and snapshot state, as vitest and Jest do.
 */
import type { LookLikeOptions } from './bounds.js'
import { lookLike, type Verdict } from './lookLike.js'
import type { Picture } from './received.js'
import { snapshotRun, type SnapshotContext } from './testRun.js'

/** The matcher as `expect(picture)` has it; to be awaited. */
export interface LookLikeMatchers<T = unknown, R = void> {
  /**
   * Expects the picture to look like a reference in a file, within bounds: { lpips: 0.05 } where nothing is said. It must be awaited.
   *
   * The picture: bytes of a picture file, its path or URL, or a float32 tensor [height, width, 3] or [1, height, width, 3] in [0, 1]. The reference: a path relative to
   * the test file. A new one is written, except on CI; `-u` (Playwright: `--update-snapshots`) replaces those that no longer hold.
   *
   * @throws LossException for pictures that cannot be compared: of different sizes, too small for the network, not readable.
   * @example await expect(await page.screenshot()).toLookLike('login.png', { lpips: 0.05 })
   */
  toLookLike: (this: [Awaited<T>] extends [Picture] ? unknown : never, reference: string | URL, options?: LookLikeOptions) => Promise<Awaited<R>>
}

/**
 * The matcher for `expect.extend` of vitest and Jest.
 *
 * @example expect.extend({ toLookLike })
 */
export function toLookLike(this: SnapshotContext, picture: unknown, reference: string | URL, options?: LookLikeOptions): Promise<Verdict> {
  return lookLike(snapshotRun(this), { picture, reference, options, isNot: this.isNot ?? false })
}
