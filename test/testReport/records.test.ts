/** Records of comparisons: what is read is what was written, by whichever process. */
import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { option as O } from 'fp-ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeRecord, encodeRecord, recordId, type ComparisonRecord } from '../../src/testReport/comparisonRecord.js'
import { appendRecord, keepPicture, readRecords, startRecords } from '../../src/testReport/recordFolder.js'
import { runs } from '../support/full.js'
import { comparison } from './comparison.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-records-'))
})
afterEach(() => rm(folder, { recursive: true }))

const optionalText = fc.option(fc.string(), { nil: undefined })
const records: fc.Arbitrary<ComparisonRecord> = fc.record({
  version: fc.constant(1 as const),
  time: fc.nat(),
  test: fc.string({ unit: 'binary' }),
  reference: fc.string({ unit: 'binary' }),
  isNot: fc.boolean(),
  status: fc.constantFrom('failed', 'new', 'updated', 'passed', 'equal'),
  scores: fc.array(fc.record({ name: fc.string(), score: fc.string(), bound: fc.string(), within: fc.boolean() })),
  message: fc.string({ unit: 'binary' }),
  received: optionalText,
  heat: optionalText,
})

describe('a record', () => {
  it('is one line, which decodes to it', () => {
    fc.assert(
      fc.property(records, (record) => {
        const line = encodeRecord(record)
        expect(line.indexOf('\n')).toBe(line.length - 1)
        expect(O.toUndefined(decodeRecord(line))).toEqual(JSON.parse(JSON.stringify(record)))
      }),
      { numRuns: runs(300) },
    )
  })

  it.each(['', '{"version":1', '[]', 'null', '{"version":2}', encodeRecord(comparison({})).replace('"failed"', '"odd"')])('is not %j', (line) => {
    expect(O.isNone(decodeRecord(line))).toBe(true)
  })

  it('has an identifier of its own for each test, reference and negation', () => {
    const named = { test: 'a', reference: 'b', isNot: false }
    const ids = [named, { ...named, test: 'ab', reference: '' }, { ...named, reference: 'c' }, { ...named, isNot: true }].map(recordId)
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}$/)
  })
})

describe('the folder of a run', () => {
  it('has the last record of each comparison, also where a killed process left half a line', async () => {
    startRecords(folder)
    appendRecord(folder, comparison({ time: 3, status: 'passed' }))
    appendRecord(folder, comparison({ time: 2, status: 'failed' }))
    appendRecord(folder, comparison({ time: 1, reference: 'looks/b.png' }))
    writeFileSync(join(folder, 'records', '99-0.ndjson'), encodeRecord(comparison({ time: 4, isNot: true, status: 'equal' })))
    appendFileSync(join(folder, 'records', '99-0.ndjson'), '{"version":1,"time":5,"te')
    const read = await readRecords(folder)
    expect(read.map(({ reference, isNot, status }) => [reference, isNot, status])).toEqual([
      ['looks/a.png', false, 'passed'],
      ['looks/a.png', true, 'equal'],
      ['looks/b.png', false, 'failed'],
    ])
  })

  it('loses the records and pictures of the last run, and no other file', async () => {
    startRecords(folder)
    appendRecord(folder, comparison({}))
    await keepPicture(folder, '0123456789ab-received.png', new Uint8Array([1]))
    for (const name of ['pictures/holiday.png', 'records/notes.txt', 'notes.txt']) writeFileSync(join(folder, name), 'mine')
    startRecords(folder)
    expect(readdirSync(join(folder, 'pictures'))).toEqual(['holiday.png'])
    expect(readdirSync(join(folder, 'records'))).toEqual(['notes.txt'])
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true)
    expect(await readRecords(folder)).toEqual([])
  })

  it('without records is an error that says where they come from', async () => {
    await expect(readRecords(join(folder, 'none'))).rejects.toThrow(
      /none has no records of a run \(there is no such file or folder\); run the tests with the reporter 'perceptual-loss\/reporter', or name two folders of pictures\.$/,
    )
  })
})
