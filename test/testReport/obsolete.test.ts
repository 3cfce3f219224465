/** References that no test used, and the runs after which they are obsolete. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { completeInJest, completeInPlaywright, completeInVitest, type PlaywrightSuite } from '../../src/testReport/completeRun.js'
import { obsoleteReferences } from '../../src/testReport/obsoleteReferences.js'
import { recordedPath } from '../../src/testReport/recordFolder.js'

let folder = ''
const at = (...parts: readonly string[]): string => join(folder, ...parts)
const obsolete = async (...used: readonly string[]): Promise<readonly string[]> => obsoleteReferences(used.map((name) => recordedPath(at(name))))
const named = (...names: readonly string[]): readonly string[] => names.map((name) => recordedPath(at(name)))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-obsolete-'))
  const other = process.platform === 'linux' ? 'darwin' : 'linux'
  const files = [
    'looks/a.png',
    'looks/b.JPG',
    'looks/c.webp',
    'looks/.DS_Store',
    'looks/inner/d.png',
    `looks/a-${other}.png`,
    `looks/a-${process.platform}.png`,
  ]
  for (const file of [...files, 'beside/a.png', 'beside/old.png', 'beside/a.test.ts', 'unused/a.png']) {
    await mkdir(join(at(file), '..'), { recursive: true })
    await writeFile(at(file), '')
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('obsolete references', () => {
  it('are the other pictures of the used folders, but none of another platform', async () => {
    expect(await obsolete('looks/a.png')).toEqual(named(`looks/a-${process.platform}.png`, 'looks/b.JPG', 'looks/c.webp'))
    expect(await obsolete('looks/a.png', 'looks/b.JPG', 'looks/c.webp', `looks/a-${process.platform}.png`, 'looks/inner/d.png')).toEqual([])
  })

  it('are not in a folder of tests, or in one that is gone', async () => {
    expect(await obsolete('beside/a.png', 'gone/a.png')).toEqual([])
    expect(await obsolete()).toEqual([])
  })
})

describe('a run of vitest', () => {
  const module = (...states: readonly string[]) => ({ children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) } })
  const vitest = (files: number, project: readonly string[] = []) => ({
    config: { project },
    globTestSpecifications: () => Promise.resolve(Array.from({ length: files })),
  })

  it('is complete where every test of every file passed', async () => {
    expect(await completeInVitest(vitest(2), [module('passed', 'passed'), module('passed')], 'passed')).toBe(true)
  })

  it.each<readonly [string, Parameters<typeof completeInVitest>]>([
    ['a skipped test', [vitest(1), [module('passed', 'skipped')], 'passed']],
    ['a failed test', [vitest(1), [module('failed')], 'failed']],
    ['a file that was not run', [vitest(2), [module('passed')], 'passed']],
    ['an interruption', [vitest(1), [module('passed')], 'interrupted']],
    ['some projects only', [vitest(1, ['unit']), [module('passed')], 'passed']],
  ])('is not with %s', async (_, run) => {
    expect(await completeInVitest(...run)).toBe(false)
  })
})

describe('a run of Jest', () => {
  const config = {
    ...{ nonFlagArgs: [], testPathPatterns: { patterns: [] }, testNamePattern: '', onlyChanged: false, findRelatedTests: false, lastCommit: false },
    ...{ onlyFailures: false, runTestsByPath: false, shard: undefined, filter: undefined, projects: ['/home'] },
  }
  const results = { wasInterrupted: false, numFailedTests: 0, numPendingTests: 0, numRuntimeErrorTestSuites: 0 }

  it('is complete where every test passed', () => {
    expect(completeInJest(config, results, 1)).toBe(true)
    expect(completeInJest({ ...config, testPathPattern: '', testPathPatterns: undefined }, results, 1)).toBe(true)
  })

  it.each<readonly [string, object, object]>([
    ['-t', { testNamePattern: 'the app' }, {}],
    ['a file', { nonFlagArgs: ['app'], testPathPatterns: { patterns: ['app'] } }, {}],
    ['a file, in Jest 29', { testPathPattern: 'app' }, {}],
    ['--onlyChanged', { onlyChanged: true }, {}],
    ['--shard', { shard: { shardIndex: 1, shardCount: 2 } }, {}],
    ['some projects only', { projects: ['/a', '/b'] }, {}],
    ['a failed test', {}, { numFailedTests: 1 }],
    ['a file that does not run', {}, { numRuntimeErrorTestSuites: 1 }],
    ['a skipped test', {}, { numPendingTests: 1 }],
    ['an interruption', {}, { wasInterrupted: true }],
  ])('is not with %s', (_, options, found) => {
    expect(completeInJest({ ...config, ...options }, { ...results, ...found }, 1)).toBe(false)
  })
})

describe('a run of Playwright Test', () => {
  const config = { shard: null, grep: /.*/, grepInvert: null }
  const suite = (outcomes: readonly string[], suites: readonly PlaywrightSuite[] = []): PlaywrightSuite => ({
    suites,
    tests: outcomes.map((outcome) => ({ outcome: () => outcome })),
  })
  const passed = suite([], [suite(['expected', 'flaky'])])
  const run = (argv: readonly string[], tests = passed, options = {}): boolean =>
    completeInPlaywright({ ...config, argv: ['node', 'playwright', 'test', ...argv], ...options }, tests, 'passed')

  it.each([[[]], [['-u', '--config', 'a.config.ts', '--reporter=list', '-j', '2']]])('is complete with %j', (argv) => {
    expect(run(argv)).toBe(true)
  })

  it.each([[['app']], [['-g', 'app']], [['--grep=app']], [['--project', 'wide']], [['--last-failed']], [['--only-changed']], [['-u', 'app']]])(
    'is not with %j',
    (argv) => {
      expect(run(argv)).toBe(false)
    },
  )

  it('is not with a shard, a pattern in the configuration, skipped tests, or `.only`', () => {
    expect(run([], passed, { shard: { total: 2, current: 1 } })).toBe(false)
    expect(run([], passed, { grep: /app/ })).toBe(false)
    expect(run([], passed, { grepInvert: /app/ })).toBe(false)
    expect(run([], suite(['expected', 'skipped']))).toBe(false)
    expect(run([], suite([], [{ ...suite(['expected']), _only: true } as PlaywrightSuite]))).toBe(false)
    expect(completeInPlaywright({ ...config, argv: ['test'] }, passed, 'failed')).toBe(false)
  })

  it('reads the command line of the process in older versions', () => {
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', 'playwright', 'test', 'app'])
    expect(completeInPlaywright(config, passed, 'passed')).toBe(false)
    vi.restoreAllMocks()
  })
})
