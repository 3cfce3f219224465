/**
 * perceptual-loss/vitest: `expect(picture).toLookLike('reference.png', { lpips: 0.05 })` for vitest; import it in a test or name it in `setupFiles`.
 */
import { expect } from 'vitest'
import { toLookLike, type LookLikeMatchers } from './toLookLike.js'

declare module 'vitest' {
  interface Matchers<T> extends LookLikeMatchers<T> {}
}

expect.extend({ toLookLike })

export { toLookLike, type LookLikeMatchers } from './toLookLike.js'
export type { LookLikeOptions, LossBound, NamedBounds } from './bounds.js'
export type { Picture } from './received.js'
export type { Rectangle, Settings, SizeMismatch } from './settings.js'
