/** Every built-in obeys the laws that it claims, and breaks those that it does not: a stored counterexample shows it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as face from '../../src/index.js'
import { pixels, unitNormalized } from '../../src/index.js'
import { builtInLeaves, builtInTransforms, LAWS, metricLaws } from '../../src/laws/index.js'
import { full } from '../support/full.js'
import { fromStored, type Stored } from './stored.js'
import { builtInSubjects, CLAIMED } from './subjects.js'

const kindOf = (value: unknown): unknown =>
  typeof value === 'function' && 'definition' in value ? (value.definition as { readonly kind: unknown }).kind : undefined

describe('the list of built-ins (src/laws/optionArbitraries.ts)', () => {
  const ids = [...builtInLeaves, ...builtInTransforms].map(({ id }) => id)
  const exported = Object.entries(face).filter(([, value]) => kindOf(value) !== undefined)

  it('finds what is exported', () => {
    expect(exported.length).toBeGreaterThanOrEqual(9)
  })

  it.each(exported.map(([name]) => name))('has %s', (name) => {
    expect(ids).toContain(name)
  })
})

for (const { plain, looksAt, minSide } of builtInLeaves)
  metricLaws(plain, {
    runner: { describe, it },
    numRuns: minSide > 16 ? (full ? 5 : 1) : full ? 20 : 2,
    features: looksAt === 'pictures' ? [pixels] : [pixels, unitNormalized(pixels)],
  })

describe('laws are tight (counterexamples.json, made by find-counterexamples.ts)', () => {
  const stored = JSON.parse(readFileSync(new URL('counterexamples.json', import.meta.url), 'utf8')) as readonly Stored[]
  const unclaimed = builtInSubjects().flatMap((subject) =>
    CLAIMED.filter((law) => !subject.claims[law]).map((law) => ({ subject, law, name: `${subject.expression} need not obey ${law}` })),
  )

  const entryOf = ({ subject, law }: (typeof unclaimed)[number]): Stored | undefined =>
    stored.find(({ loss, law: name }) => loss === subject.expression && name === law)
  /** A quick run leaves out smoothness and pictures above 16 x 16, which take seconds. */
  const small = (one: (typeof unclaimed)[number]): boolean => one.law !== 'smooth' && Math.max(...(entryOf(one)?.shape ?? [0])) <= 16

  it.each(full ? unclaimed : unclaimed.filter(small))('$name', (unclaimedCase) => {
    const { subject, law } = unclaimedCase
    const entry = entryOf(unclaimedCase)
    if (entry === undefined) throw new Error(`There is no counterexample: run npx tsx test/laws/find-counterexamples.ts, or claim the law.`)
    expect(LAWS[law].holds(subject, fromStored(entry))).toBe(false)
  })

  it('has nothing that is claimed by now', () => {
    const open = unclaimed.map(({ subject, law }) => `${subject.expression} ${law}`)
    expect(stored.map(({ loss, law }) => `${loss} ${law}`).filter((name) => !open.includes(name))).toEqual([])
  })
})
