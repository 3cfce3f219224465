/** The native backend loads in silence, and what a program writes itself still reaches its error output. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { QUIET_ADDON } from '../../src/node/quietly.js'
import { compiledUrl } from '../support/compiled.js'

const ROOT = join(import.meta.dirname, '../..')
const installed = existsSync(join(ROOT, 'node_modules/@tensorflow/tfjs-node-gpu', QUIET_ADDON))

it.skipIf(!installed)('TensorFlow prints nothing while it loads', () => {
  const program = `
    import { useFastestBackend } from ${JSON.stringify(compiledUrl('src/node/index.ts'))}
    process.stderr.write('before ')
    const { backend } = await useFastestBackend()
    process.stderr.write('after ' + backend)`
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT, encoding: 'utf8' })
  expect([stderr, stdout]).toEqual(['before after tensorflow', ''])
})
