/** The addon with our ops: where it cannot be used, the reason says why, and how to get it. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hasNativeOps } from '../../src/layers/kernels/native/hasNativeOps.js'
import { CONVOLUTION_ADDON, loadConvolutions } from '../../src/node/loadConvolutions.js'
import { compiledUrl } from '../support/compiled.js'
import { root } from '../support/madeOnce.js'

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

it.runIf(process.env['BACKEND'] === 'tensorflow' && hasNativeOps())('is used even if a loss ran on the library before', async () => {
  const program = `
    import * as tf from '@tensorflow/tfjs'
    import { createRequire } from 'node:module'
    import util from 'node:util'
    import { hasNativeOps } from ${JSON.stringify(compiledUrl('src/layers/kernels/native/hasNativeOps.ts'))}
    import { useFastestBackend } from ${JSON.stringify(compiledUrl('src/node/index.ts'))}
    Object.assign(util, { isNullOrUndefined: (value) => value == null, isArray: Array.isArray })
    createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu')
    await tf.setBackend('tensorflow')
    const before = hasNativeOps()
    await useFastestBackend({ among: ['tfjs-node-gpu'] })
    console.log('FOUND ' + JSON.stringify([before, hasNativeOps()]))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: root })
  expect(stdout).toContain('FOUND [false,true]')
})
