/**
 * perceptual-loss/vitest: `expect(picture).toLookLike('reference.png', { lpips: 0.05 })` for vitest; import it in a test or name it in `setupFiles`.
 */
import { afterEach, beforeEach, expect } from 'vitest'
import { registerHooks } from './runnerHooks.js'
import { toLookLike, type LookLikeMatchers } from './toLookLike.js'

declare module 'vitest' {
  interface Matchers<T> extends LookLikeMatchers<T> {}
}

expect.extend({ toLookLike })
registerHooks({ expect, beforeEach, afterEach })

export { toLookLike, type LookLikeMatchers } from './toLookLike.js'
export { lookLikeDefaults, type LookLikeDefaults } from './suiteDefaults.js'
export { warmUp } from './warmUp.js'
export type { LookLikeOptions, LossBound, NamedBounds } from './bounds.js'
export type { Picture } from './received.js'
export type { Rectangle } from './ignoredRegions.js'
export type { Settings } from './settings.js'
export type { SizeMismatch } from './sizeMismatch.js'
