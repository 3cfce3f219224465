/** The conformance suite has everything: what is new in the catalogue is in it by itself, or a test says what is missing. The backends are run by test/long. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fingerprint, distance } from '../../scripts/conformance/fingerprint.js'
import { readReferences, stored } from '../../scripts/conformance/references.js'
import { CASES, NETWORKS, RECIPES, type Case } from '../../scripts/conformance/suite.js'
import { AT_KINKS, casesOf } from '../../scripts/conformance/systems.js'
import { fromWire, toWire } from '../../scripts/conformance/wire.js'
import { builtInDefinitions, show } from '../../src/index.js'
import { random } from '../support/images.js'

describe('the suite', () => {
  it.each(builtInDefinitions.map(({ definition }) => definition.id))('has %s on pictures and where gradients have a kink', (id) => {
    for (const group of ['metrics', 'kinks'])
      expect(
        CASES.some((entry) => entry.group === group && show(entry.loss).includes(`${id}(`)),
        group,
      ).toBe(true)
  })

  it('has every recipe of the face', () => {
    const face = readFileSync(new URL('../../src/index.ts', import.meta.url), 'utf8')
    const names = [...face.matchAll(/^export \{ (.*) \} from '\.\/recipes\//gm)].flatMap(([, list = '']) => list.split(', '))
    // `scores` are no losses.
    expect(names.filter((name) => !name.startsWith('type ') && name !== 'scores').sort()).toEqual(Object.keys(RECIPES).sort())
  })

  it('has every network on all of its layers', () => {
    for (const network of NETWORKS) expect(CASES.some((entry) => entry.group === 'networks' && entry.network === network)).toBe(true)
  })

  it('has a reference for every case, and for nothing else', async () => {
    const references = await readReferences()
    expect([...references.keys()], 'npm run conformance -- --references makes them').toEqual(stored.map(({ name }) => name))
    for (const { value, norm, products } of references.values()) expect([value, norm, ...products].every(Number.isFinite)).toBe(true)
  })
})

describe('the two systems of WebGPU', () => {
  const whole = casesOf('webgpu', NETWORKS, 'whole')
  const parts = (['webgpu', 'webgpu in Node'] as const).map((system) => casesOf(system, NETWORKS, 'shared'))
  const namesOf = (cases: readonly Case[]): readonly string[] => cases.map(({ name }) => name).sort()
  const isAtKink = ({ group }: Case): boolean => group === 'kinks'

  it('share every case but those at kinks and of VGG19, each loss and each network as a whole', () => {
    expect(namesOf(parts.flat().filter((entry) => !isAtKink(entry)))).toEqual(namesOf(whole.filter((entry) => !isAtKink(entry) && entry.network !== 'vgg19')))
    const families = parts.map((cases) => new Set(cases.map(({ network, loss }) => network ?? show(loss))))
    expect([...(families[0] ?? [])].filter((family) => families[1]?.has(family))).toEqual([])
    for (const cases of parts) expect(cases.some(({ network }) => network !== undefined)).toBe(true)
  })

  it('run one pair of pictures at a kink of every loss, and each kind of pair', () => {
    const lossesAtKinks = (cases: readonly Case[]): readonly string[] => cases.filter(isAtKink).map(({ loss }) => show(loss)).sort() // prettier-ignore
    expect(lossesAtKinks(parts.flat())).toEqual([...new Set(lossesAtKinks(whole))])
    for (const cases of parts)
      for (const kind of AT_KINKS)
        expect(
          cases.some((entry) => isAtKink(entry) && entry.pictures.startsWith(kind)),
          kind,
        ).toBe(true)
  })

  it('leave no pair of pictures, and no network, to no GPU: WebGL runs all', () => {
    const onWebgl = namesOf(casesOf('webgl', NETWORKS, 'shared'))
    expect(namesOf(whole).filter((name) => !onWebgl.includes(name))).toEqual([])
  })
})

describe('a fingerprint', () => {
  const next = random(7)
  const gradient = Float32Array.from({ length: 1200 }, () => next() - 0.5)

  it('reports how far a different gradient is off', () => {
    for (const at of [0, 600, 1199]) {
      const other = gradient.map((value, i) => (i === at ? value + 0.25 : value))
      // One difference is in every product with one sign or the other, so the estimate is exact but for rounding.
      expect(distance(fingerprint(gradient), fingerprint(other))).toBeCloseTo(0.25, 4)
    }
  })

  it('estimates a difference everywhere within the spread of sixteen products', () => {
    const other = gradient.map((value) => value + 0.01 * (next() - 0.5))
    const norm = fingerprint(other.map((value, i) => value - (gradient[i] ?? 0))).norm
    // Their mean square has a relative deviation of sqrt(2 / 16); three of them.
    const ratio = distance(fingerprint(gradient), fingerprint(other)) / norm
    expect(ratio ** 2).toBeGreaterThan(1 - 3 * Math.sqrt(2 / 16) - 0.1)
    expect(ratio ** 2).toBeLessThan(1 + 3 * Math.sqrt(2 / 16))
  })

  it('does not hide NaN', () => {
    expect(distance(fingerprint(gradient), fingerprint(gradient.map((value, i) => (i === 3 ? Number.NaN : value))))).toBeNaN()
  })
})

it('results travel as text without loss', () => {
  const measured = { name: 'x', value: Number.NaN, gradient: Float32Array.of(1e-20, -1, Number.NaN, 1 / 3), width: 2, left: 0 }
  expect(fromWire(toWire(measured))).toEqual(measured)
})
