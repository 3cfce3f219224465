/** The addon with our ops where it cannot be used: the reason says why, and how to get it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CONVOLUTION_ADDON, loadConvolutions } from '../../src/node/loadConvolutions.js'

let pack: string
beforeEach(async () => {
  pack = await mkdtemp(join(tmpdir(), 'perceptual-loss-addon-'))
  await writeFile(join(pack, 'package.json'), '{}')
})
afterEach(() => rm(pack, { recursive: true }))

it('is missing', () => {
  expect(loadConvolutions(pack, false)).toBe('convolutions are its own (npx perceptual-loss native compiles faster ones)')
})

it('is damaged', async () => {
  await mkdir(dirname(join(pack, CONVOLUTION_ADDON)), { recursive: true })
  await writeFile(join(pack, CONVOLUTION_ADDON), 'no library')
  const reason = loadConvolutions(pack, true)
  expect(reason).toMatch(
    /^convolutions are its own \(.*convolutions\.node.*; npx perceptual-loss native compiles them again\); reducedPrecision changes nothing/,
  )
  expect(reason).not.toContain('\n')
})
