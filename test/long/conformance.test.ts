/**
 * The same numbers on every backend: cpu, WASM with one thread and two, TensorFlow's C library, WebGL and WebGPU in Chromium, WebGPU in Node.
 *
 * Tolerances: a bound a backend, in scripts/conformance/bounds.ts, with their reasons. The references are PyTorch's in double precision, the peers' own numbers, and,
 * where gradients have a kink, the cpu backend's.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { boundOf, isWithin } from '../../scripts/conformance/bounds.js'
import { absences, conformance, systemsHere, type Outcome } from '../../scripts/conformance/run.js'
import type { NetworkName } from '../../scripts/conformance/suite.js'
import { casesOf, SYSTEMS, type Extent } from '../../scripts/conformance/systems.js'

const systems = systemsHere()
/**
 * A software GPU compiles each program for seconds: Chromium and Node take half of WebGPU's cases each, with one of a loss's three pairs of pictures at a kink, and without VGG19, whose programs
 * are VGG16's. The others run on WebGL, and `npm run conformance` runs all on all.
 */
const extent: Extent = systems.includes('webgpu in Node') ? 'shared' : 'whole'
let outcomes: readonly Outcome[] = []
let networks: readonly NetworkName[] = []

beforeAll(async () => {
  absences().forEach(({ system, needs }) => {
    console.warn(`${system} is not here, and not tested: it needs ${needs}`)
  })
  ;({ outcomes, networks } = await conformance(systems, undefined, extent))
}, 1_800_000)

describe.each(systems)('%s', (system) => {
  const outcome = (): Outcome => outcomes.find((candidate) => candidate.system === system)!

  it('ran every case', () => {
    expect(outcome().differences.map(({ name }) => name)).toEqual(casesOf(system, networks, extent).map(({ name }) => name))
  })

  it('has the values and gradients of the references', () => {
    const off = outcome().differences.filter((difference) => !isWithin(system, difference))
    expect(off.map((difference) => ({ ...difference, bound: boundOf(system, difference) }))).toEqual([])
  })

  it('leaves no tensors behind', () => {
    expect(outcome().leaking).toEqual([])
  })
})

it('every system is here, or named as absent with what it needs', () => {
  expect([...systems, ...absences().map(({ system }) => system)].sort()).toEqual([...SYSTEMS].sort())
})
