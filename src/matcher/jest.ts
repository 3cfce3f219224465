/**
 * perceptual-loss/jest: `expect(picture).toLookLike('reference.png', { lpips: 0.05 })` for Jest; name it in `setupFilesAfterEnv`.
 *
 * The package has ES modules: run Jest with `NODE_OPTIONS=--experimental-vm-modules`. With `injectGlobals: false`, call `expect.extend({ toLookLike })`.
 */
import type {} from 'expect'
import { registerHooks, type RunnerGlobals } from './runnerHooks.js'
import { toLookLike, type LookLikeMatchers } from './toLookLike.js'

declare module 'expect' {
  interface Matchers<R, T> extends LookLikeMatchers<T, R> {}
}

declare global {
  namespace jest {
    interface Matchers<R, T> extends LookLikeMatchers<T, R> {}
  }
}

const { expect, beforeEach, afterEach } = globalThis as unknown as Partial<RunnerGlobals> & {
  readonly expect?: { readonly extend: (matchers: object) => void }
}
expect?.extend({ toLookLike })
if (expect !== undefined && beforeEach !== undefined && afterEach !== undefined) registerHooks({ expect, beforeEach, afterEach })

export { toLookLike, type LookLikeMatchers } from './toLookLike.js'
export { lookLikeDefaults, type LookLikeDefaults } from './suiteDefaults.js'
export { warmUp } from './warmUp.js'
export type { LookLikeOptions, LossBound, NamedBounds } from './bounds.js'
export type { Picture } from './received.js'
export type { Rectangle } from './ignoredRegions.js'
export type { Settings } from './settings.js'
export type { SizeMismatch } from './sizeMismatch.js'
