/** `expect(png).toLookLike(...)` as documents write it, for a test whose files are in the working directory. */
import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { LookLikeOptions } from '../../../src/matcher/bounds.js'
import { toLookLike } from '../../../src/matcher/toLookLike.js'

const compared =
  (picture: Uint8Array, isNot: boolean) =>
  async (reference: string, options?: LookLikeOptions): Promise<void> => {
    if (!existsSync(reference)) await copyFile(isNot ? 'other.png' : 'photo.png', reference)
    const context = { testPath: join(process.cwd(), 'document.test.ts'), currentTestName: 'document', isNot, snapshotState: { _updateSnapshot: 'none' } }
    const { pass, message } = await toLookLike.call(context as never, picture, reference, options)
    expect(pass, message()).toBe(!isNot)
  }

export const looksLike = (picture: Uint8Array) => ({ toLookLike: compared(picture, false), not: { toLookLike: compared(picture, true) } })
