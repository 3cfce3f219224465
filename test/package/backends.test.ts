/** The choice of the backend among what is installed beside the packed package. */
import { execFile } from 'node:child_process'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChosenBackend } from '../../src/node/index.js'
import { installed, root } from './packed.js'

const run = promisify(execFile)

describe('among what is installed', () => {
  let user: string
  beforeAll(async () => {
    user = await installed()
  })
  afterAll(() => rm(user, { recursive: true, force: true }))

  const chosen = async (options = ''): Promise<ChosenBackend> => {
    const program = `
      import { useFastestBackend } from 'perceptual-loss/node'
      console.log('RESULT' + JSON.stringify(await useFastestBackend(${options})))`
    const { stdout } = await run('node', ['--input-type=module', '-e', program], { cwd: user })
    return JSON.parse(stdout.slice(stdout.lastIndexOf('RESULT') + 'RESULT'.length)) as ChosenBackend
  }

  /** A package of this name in the user's folder, whose main file is this program. */
  const fake = async (name: string, program: string): Promise<string> => {
    const folder = join(user, 'node_modules', name)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '4.22.0', main: 'main.js' }))
    await writeFile(join(folder, 'main.js'), program)
    return folder
  }

  it('takes cpu where there is nothing else, and says what to do', async () => {
    const { backend, threads, tried } = await chosen()
    expect([backend, threads]).toEqual(['cpu', 1])
    expect(tried).toEqual([
      { name: 'tfjs-node-gpu', chosen: false, reason: 'not installed (npx perceptual-loss native installs it)' },
      { name: 'tfjs-node', chosen: false, reason: 'not installed' },
      { name: 'wasm', chosen: false, reason: 'not installed (npm install @tensorflow/tfjs-backend-wasm)' },
      { name: 'cpu', chosen: true, reason: 'plain JavaScript, always available' },
    ])
  })

  it('takes WASM with a thread a processor, and ends', async () => {
    await symlink(join(root, 'node_modules/@tensorflow/tfjs-backend-wasm'), join(user, 'node_modules/@tensorflow/tfjs-backend-wasm'), 'junction')
    const { availableParallelism } = await import('node:os')
    expect(await chosen()).toMatchObject({ backend: 'wasm', threads: Math.min(8, availableParallelism()) })
  })

  it('skips a package without its binding, one that does not load, and one with its own TensorFlow.js', async () => {
    await fake('@tensorflow/tfjs-node-gpu', `throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found at path: x')`)
    const own = await fake('@tensorflow/tfjs-node', '')
    await fake('@tensorflow/tfjs-node/node_modules/@tensorflow/tfjs', '')
    const { backend, tried } = await chosen()
    expect(backend).toBe('wasm')
    expect(tried[0]?.reason).toBe('its binding is missing (npx perceptual-loss native builds it)')
    expect(tried[1]?.reason).toContain(`it has its own TensorFlow.js (${own}`)
    await fake('@tensorflow/tfjs-node-gpu', `throw new Error('libtensorflow.so.2: cannot open shared object file')`)
    expect((await chosen()).tried[0]?.reason).toBe('it does not load: libtensorflow.so.2: cannot open shared object file (npx perceptual-loss native may help)')
  })

  it('says that reduced precision changes nothing without the convolutions of this package', async () => {
    await fake('@tensorflow/tfjs-node-gpu', "const tf = require('@tensorflow/tfjs'); tf.registerBackend('tensorflow', () => tf.findBackend('cpu'))")
    const reason = /convolutions are its own \(npx perceptual-loss native compiles faster ones\)(.*)$/
    expect(reason.exec((await chosen()).reason)?.[1]).toBe('')
    expect(reason.exec((await chosen('{ reducedPrecision: true }')).reason)?.[1]).toBe("; reducedPrecision changes nothing without this package's")
  })
})
