/** Somebody else's test suite: `perceptual-loss/vitest` from the packed package, with its types. */
import { execFile } from 'node:child_process'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { window } from '../matcher/project.js'
import { installed, root } from './packed.js'

const run = promisify(execFile)

const TEST = `
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import 'perceptual-loss/vitest'
it('looks', async () => {
  const compared: Promise<void> = expect(readFileSync(new URL('./blue.png', import.meta.url))).toLookLike('reference.png', { lpips: 0.05 })
  await compared
  await expect('blue.png').toLookLike('reference.png')
})`
const WRONG = `
import { expect } from 'vitest'
import 'perceptual-loss/vitest'
// @ts-expect-error a bound that there is not
void expect('blue.png').toLookLike('reference.png', { lpisp: 1 })
// @ts-expect-error no picture
void expect(5).toLookLike('reference.png')`

/** What a test file says that imports only its runner: the matcher must be known from elsewhere in the project. */
const RECEIVED = `
export const compared: Promise<void> = expect('blue.png').toLookLike('reference.png', { lpips: 0.05 })
// @ts-expect-error a bound that there is not
void expect('blue.png').toLookLike('reference.png', { lpisp: 1 })
// @ts-expect-error no picture
void expect(5).toLookLike('reference.png')`

const VITEST = `import { expect } from 'vitest'${RECEIVED}`

/** The globals of @types/jest, which is not among our packages: https://github.com/DefinitelyTyped/DefinitelyTyped/blob/master/types/jest/index.d.ts */
const JEST_GLOBALS = `
declare namespace jest { interface Matchers<R, T = {}> { toBe<E = any>(expected: E): R } }
declare const expect: <T = any>(actual: T) => jest.Matchers<void, T>`

const BUNDLER = { module: 'esnext', moduleResolution: 'bundler', target: 'es2022' }

/** What ts-jest compiles with by default. */
const TS_JEST = { module: 'commonjs', target: 'es2015', esModuleInterop: true }

/** Projects in which no test file imports the matcher, by what makes it known. */
const PROJECTS: Readonly<Record<string, { readonly options: object; readonly files: Readonly<Record<string, string>> }>> = {
  'the setup file': { options: { ...BUNDLER, types: ['node'] }, files: { 'setup.ts': "import 'perceptual-loss/vitest'", 'look.test.ts': VITEST } },
  'types in tsconfig.json': { options: { ...BUNDLER, types: ['node', 'perceptual-loss/vitest'] }, files: { 'look.test.ts': VITEST } },
  "types in tsconfig.json, under ts-jest's defaults": {
    options: { ...TS_JEST, types: ['node', 'perceptual-loss/jest'] },
    files: { 'globals.d.ts': JEST_GLOBALS, 'globals.test.ts': RECEIVED, 'look.test.ts': `import { expect } from 'expect'${RECEIVED}` },
  },
}

let user = ''
beforeAll(async () => {
  user = await installed()
  for (const name of ['vitest', 'expect', 'sharp', '@types/node', '@tensorflow/tfjs-backend-wasm']) {
    const link = join(user, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link, 'junction')
  }
  const config = `export default { test: { setupFiles: ['perceptual-loss/vitest'], include: ['*.test.ts'], testTimeout: 60000 } }`
  await writeFile(join(user, 'vitest.config.js'), config)
  await writeFile(join(user, 'look.test.ts'), TEST)
  await writeFile(join(user, 'wrong.ts'), WRONG)
  await writeFile(join(user, 'blue.png'), await window('#2463eb'))
}, 400_000)
afterAll(() => rm(user, { recursive: true, force: true }))

it('compares, and its types know pictures and bounds', async () => {
  const tested = run('node', [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--update'], { cwd: user, env: { ...process.env, NO_COLOR: '1' } })
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
  const typed = run('node', [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...options, 'look.test.ts', 'wrong.ts'], { cwd: user })
  expect((await typed).stdout).toBe('')
  const { stdout, stderr } = await tested
  expect(stdout).toMatch(/Tests +1 passed/)
  expect(stdout + stderr).toMatch(/wrote the new reference .*reference\.png/)
})

const typesOf = async (name: string): Promise<string> => {
  const { options, files } = PROJECTS[name]!
  const folder = join(user, `project-${name.replaceAll(/\W+/g, '-')}`)
  await mkdir(folder)
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, skipLibCheck: true, noEmit: true, ...options } }))
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  return run('node', [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { readonly stdout: string }).stdout,
  )
}

describe('the types of tests that import only their runner', () => {
  it.each(Object.keys(PROJECTS))('are known by %s', async (name) => {
    expect(await typesOf(name)).toBe('')
  })
})
