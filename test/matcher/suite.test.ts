/** What a suite of tests asks of toLookLike: names of their own, defaults, one writer of each reference, nothing that is not awaited. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { lookLikeDefaults } from '../../src/matcher/suiteDefaults.js'
import { fileName, type SnapshotContext, testOf } from '../../src/matcher/testRun.js'
import { endTest, idOfTitle, startTest, startTitle } from '../../src/matcher/testState.js'
import { toLookLike } from '../../src/matcher/toLookLike.js'
import { warmUp } from '../../src/matcher/warmUp.js'
import { window } from './project.js'

let folder = ''
let blue: Buffer
let red: Buffer
const at = (...parts: readonly string[]): string => join(folder, ...parts)

/** The context of a matcher in a test of that name. */
const inTest = (currentTestName: string, _updateSnapshot: string): SnapshotContext => ({
  testPath: at('app.test.js'),
  currentTestName,
  snapshotState: { _updateSnapshot },
})

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it passed',
    (error: unknown) => (error as Error).message,
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-'))
  ;[blue, red] = [await window('#2463eb'), await window('#eb2424')]
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
})
afterEach(() => {
  lookLikeDefaults({})
  vi.restoreAllMocks()
})

describe('a first reference', () => {
  const kernelsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    const { kernels } = await tf.profile(async () => {
      await work()
      return tf.scalar(0)
    })
    return kernels.map(({ name }) => name)
  }

  it('is written without computing a loss', async () => {
    const context = inTest('first reference', 'new')
    startTest(testOf(context))
    const names = await kernelsOf(() => toLookLike.call(context, red, 'first.png', { lpips: 0.1, spot: 0.05, dists: 0.1, ssim: 0.05, psnr: 30 }))
    expect(existsSync(at('first.png'))).toBe(true)
    expect(names.filter((name) => /conv|pool|matmul|mean|squareddifference/i.test(name))).toEqual([])
    // On WASM a kernel turns the bytes into a tensor.
    expect(names.filter((name) => /simd/i.test(name))).toHaveLength(tf.getBackend() === 'wasm' ? 1 : 0)
  })

  it.each([
    ['too small', () => red, { msSsim: 0.1 }, /both sides must be at least 161/],
    ['not finite', () => tf.fill<tf.Rank.R4>([1, 40, 40, 3], NaN), { spot: 0.05 }, /4800 non-finite values/],
    ['out of range', () => tf.fill<tf.Rank.R4>([1, 40, 40, 3], 200), { psnr: 30 }, /values from 200 to 200/],
  ] as const)('is not written where the picture is %s', async (name, picture, bounds, message) => {
    const context = inTest(`first reference, ${name}`, 'new')
    startTest(testOf(context))
    expect(await failure(toLookLike.call(context, picture(), 'unfit.png', bounds))).toMatch(message)
    expect(existsSync(at('unfit.png'))).toBe(false)
  })
})

describe('a picture without a name', () => {
  it('is an error if its name is that of another test, even where the pictures are equal', async () => {
    await toLookLike.call(inTest('C++', 'new'), blue)
    expect(await failure(toLookLike.call(inTest('C#', 'new'), blue))).toMatch(/C-1\.png belongs to '.*: C\+\+' in this run, and '.*: C#' would take it, too/)
    const twin = (id: string): SnapshotContext => ({ ...inTest('twin', 'new'), task: { id } })
    await toLookLike.call(twin('1'), blue)
    expect(await failure(toLookLike.call(twin('2'), blue))).toMatch(/twin-1\.png belongs to '.*: twin' in this run, and '.*: twin' would take it, too/)
  })

  it('of two tests of one title in Jest is an error as well, but not of one that is tried again', async () => {
    const context = inTest('one title', 'new')
    startTitle(testOf(context), false)
    await toLookLike.call(context, blue)
    endTest(idOfTitle(testOf(context)))
    startTitle(testOf(context), false)
    expect(await failure(toLookLike.call(context, blue))).toMatch(
      /one-title-1\.png belongs to '.*: one title' in this run, and '.*: one title' would take it, too/,
    )
    const other = inTest('tried again', 'new')
    for (const attempt of [1, 2]) {
      startTitle(testOf(other), true)
      expect((await toLookLike.call(other, blue)).pass, `attempt ${String(attempt)}`).toBe(true)
    }
  })

  it('differs into files whose names a file system takes, however long the titles are', async () => {
    const context = (_updateSnapshot: string): SnapshotContext => ({
      ...inTest('Страница заказа '.repeat(20), _updateSnapshot),
      testPath: at(`${'a-long-name-'.repeat(7)}.test.js`),
    })
    startTest(testOf(context('new')))
    await toLookLike.call(context('new'), blue)
    startTest(testOf(context('none')))
    const verdict = await toLookLike.call(context('none'), red, { psnr: 60 })
    expect(verdict.pass).toBe(false)
    const files = Array.from(verdict.message().matchAll(/^ {2}(?:actual|expected|heat map) +(.*)$/gm), ([, file]) => file ?? '')
    expect(files.map((file) => existsSync(file))).toEqual([true, true, true])
  })

  it('is named after its test and numbered', async () => {
    const context = inTest('the app, its button', 'new')
    startTest(testOf(context))
    await toLookLike.call(context, blue)
    await toLookLike.call(context, red, { lpips: 0.1 })
    expect(await readFile(at('__looks__', 'app.test.js', 'the-app-its-button-1.png'))).toEqual(blue)
    expect(await readFile(at('__looks__', 'app.test.js', 'the-app-its-button-2.png'))).toEqual(red)
  })

  it('has the same name when the test runs again', async () => {
    const context = inTest('the app, its button', 'none')
    startTest(testOf(context))
    expect((await toLookLike.call(context, blue)).pass).toBe(true)
    expect((await toLookLike.call(context, red)).pass).toBe(true)
    startTest(testOf(context))
    expect((await toLookLike.call(context, blue)).pass).toBe(true)
  })
})

it('base64 is a picture, bare and in a data URL', async () => {
  const context = inTest('base64', 'none')
  await writeFile(at('blue.png'), blue)
  const text = blue.toString('base64')
  expect((await toLookLike.call(context, text, 'blue.png')).pass).toBe(true)
  expect((await toLookLike.call(context, `data:image/png;base64,${text}`, 'blue.png')).pass).toBe(true)
  expect((await toLookLike.call(context, red.toString('base64'), 'blue.png')).pass).toBe(false)
})

it('a reference that two tests write is an error that names both; one test may write it again', async () => {
  await toLookLike.call(inTest('first', 'all'), blue, 'shared.png')
  await toLookLike.call(inTest('first', 'all'), red, 'shared.png')
  await toLookLike.call(inTest('second', 'all'), red, 'shared.png')
  const message = await failure(toLookLike.call(inTest('second', 'all'), blue, 'shared.png'))
  expect(message).toMatch(/shared\.png belongs to '.*app\.test\.js: first' in this run, and '.*app\.test\.js: second' would take it, too/)
  expect(await readFile(at('shared.png'))).toEqual(red)
})

it('a test that ends before its comparison fails', async () => {
  const context = inTest('forgotten', 'none')
  const test = testOf(context)
  startTest(test)
  const compared = toLookLike.call(context, blue, 'blue.png')
  expect(() => {
    endTest(test)
  }).toThrow("toLookLike was not awaited: the test ended before the comparison. Write 'await expect(picture).toLookLike(...)'.")
  await compared
  expect(() => {
    endTest(test)
  }).not.toThrow()
})

describe('the defaults of a suite', () => {
  it('give bounds and settings that a comparison can replace', async () => {
    const context = inTest('defaults', 'none')
    lookLikeDefaults({ psnr: 60, ignore: [{ top: 0, left: 0, height: 40, width: 60 }] })
    expect((await toLookLike.call(context, red, 'blue.png')).pass).toBe(true)
    const strict = await toLookLike.call(context, red, 'blue.png', { ignore: [] })
    expect(strict.message()).toMatch(/psnr .*at least 60 dB: too far/)
  })

  it('give a folder of all references', async () => {
    lookLikeDefaults({ folder: at('all') })
    const context = inTest('in a folder', 'new')
    await toLookLike.call(context, blue, 'button.png')
    await toLookLike.call(context, blue)
    expect(await readFile(at('all', 'button.png'))).toEqual(blue)
    expect(await readFile(at('all', 'app.test.js', 'in-a-folder-1.png'))).toEqual(blue)
  })

  it('can make a missing reference fail, unless the runner updates', async () => {
    lookLikeDefaults({ newReferences: 'fail' })
    expect(await failure(toLookLike.call(inTest('new', 'new'), blue, 'missing.png'))).toContain(
      "missing.png is missing, and the suite's newReferences is 'fail'; run the test with -u and commit the file",
    )
    expect(existsSync(at('missing.png'))).toBe(false)
    await toLookLike.call(inTest('new', 'all'), blue, 'missing.png')
    expect(await readFile(at('missing.png'))).toEqual(blue)
  })

  it.each<readonly [string, unknown, string]>([
    ['no record', 5, 'The defaults: received 5, expected options such as'],
    ['an empty folder', { folder: '' }, 'The default folder: received "", expected a path such as \'test/looks\''],
    ['another word', { newReferences: 'never' }, "The default newReferences: received \"never\", expected 'write' or 'fail'"],
    ['an unknown option', { lpisp: 1 }, "The bound 'lpisp': received 1, expected one of lpips"],
  ])('refuse %s', (_, defaults, message) => {
    expect(() => {
      ;(lookLikeDefaults as (given: unknown) => void)(defaults)
    }).toThrow(message)
  })
})

describe('warmUp', () => {
  it('takes the bounds of the suite or its own, and leaves no picture in memory', async () => {
    lookLikeDefaults({ psnr: 60 })
    await warmUp()
    const before = tf.memory().numTensors
    await warmUp({ psnr: 30, ssim: 0.1, msSsim: 0.1 })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses an unknown bound', async () => {
    await expect((warmUp as (bounds: object) => Promise<void>)({ lpisp: 1 })).rejects.toThrow("The bound 'lpisp': received 1, expected one of lpips")
  })
})

it('what comes of a comparison that its test did not await is ignored', async () => {
  const [context, not] = [inTest('forgotten', 'none'), { ...inTest('forgotten', 'none'), isNot: true }]
  const compared = [
    toLookLike.call(context, red, 'blue.png', { psnr: 60 }),
    toLookLike.call(context, red, 'missing.png'),
    toLookLike.call(not, blue, 'blue.png'),
  ]
  expect(() => {
    endTest(testOf(context))
  }).toThrow('toLookLike was not awaited')
  expect((await Promise.all(compared)).map(({ pass }) => pass)).toEqual([true, true, false])
})

it('a picture that is too small for a bound is an error that names the bound', async () => {
  const icon = await window('#2463eb', [20, 60])
  const message =
    "picture' is 20 x 60, too small for the bound lpips; expected at least 31 x 31. Take a larger picture, or choose other bounds, such as { spot: 0.03 }."
  expect(await failure(toLookLike.call(inTest('small', 'new'), icon, 'icon.png'))).toContain(message)
  await writeFile(at('icon.png'), icon)
  const changed = await window('#eb2424', [20, 60])
  expect(await failure(toLookLike.call(inTest('small', 'new'), changed, 'icon.png'))).toContain(message)
  expect((await toLookLike.call(inTest('small', 'new'), changed, 'icon.png', { spot: 0.03 })).pass).toBe(false)
})

it('long names that begin alike stay different, and short ones are as written', () => {
  const [a, b] = [`${'a long title '.repeat(12)} one`, `${'a long title '.repeat(12)} two`]
  expect(fileName(a)).not.toBe(fileName(b))
  expect(fileName(a)).toHaveLength(80)
  expect(fileName('the app/its button')).toBe('the-app-its-button')
  // File systems limit bytes: at most 80, of whole letters.
  const [c, d] = ['画面', '鏡面'].map((title) => fileName(title.repeat(60))) as [string, string]
  expect(c).toMatch(/^(画面)+画?-[0-9a-f]{8}$/)
  expect(Buffer.byteLength(c)).toBeLessThanOrEqual(80)
  expect(Buffer.byteLength(c)).toBeGreaterThan(77)
  expect(c).not.toBe(d)
  // The vowel signs of Hindi are marks, not letters.
  expect(fileName('की')).not.toBe(fileName('का'))
})
