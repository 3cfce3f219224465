/** How far results are from the references. */
import { readFileSync } from 'node:fs'
import { distance, fingerprint } from './fingerprint.js'
import type { Measured } from './measure.js'
import type { Reference } from './references.js'
import { PICTURES, type Case } from './suite.js'

/** Relative differences of one case on one system. */
export interface Difference {
  readonly name: string
  readonly group: Case['group']
  /** Of the value: over its size, or over `SMALL` where it is smaller. */
  readonly value: number
  /** Of the gradient: the norm of the difference over the norm, or over `SMALL` where it is smaller. */
  readonly gradient: number
}

/** Values and gradients below this are compared by their absolute difference over it: of 0 there is no relative one. */
export const SMALL = 1e-3

const relative = (difference: number, size: number): number => difference / Math.max(Math.abs(size), SMALL)

interface Golden {
  readonly a: string
  readonly b: string
  readonly values: Readonly<Record<string, number>>
  readonly gradients: Readonly<Record<string, { readonly norm: number; readonly at: readonly (readonly [number, number, number, number])[] }>>
}

const goldens = (
  JSON.parse(readFileSync(new URL('../../test/goldens/numbers_as_shipped.json', import.meta.url), 'utf8')) as { readonly pairs: readonly Golden[] }
).pairs

/** Against a peer's own value, the norm of its gradient and the points of it that are stored. */
const againstPeer = ({ pictures }: Case, peer: string, { value, gradient, width }: Measured): Pick<Difference, 'value' | 'gradient'> => {
  const { target, prediction } = PICTURES[pictures]
  const golden = goldens.find(({ a, b }) => a === target && b === prediction)
  const [expected, slope] = [golden?.values[peer], golden?.gradients[peer]]
  if (expected === undefined || slope === undefined) throw new Error(`The goldens have no ${peer} of ${target} and ${prediction}.`)
  const points = slope.at.map(([row, column, channel, number]) => Math.abs((gradient[(row * width + column) * 3 + channel] ?? Number.NaN) - number))
  const norm = Math.abs(fingerprint(gradient).norm - slope.norm)
  return {
    value: relative(Math.abs(value - expected), expected),
    gradient: Math.max(...[norm, ...points].map((difference) => relative(difference, slope.norm))),
  }
}

const against = (reference: Reference, { value, gradient }: Measured): Pick<Difference, 'value' | 'gradient'> => ({
  value: relative(Math.abs(value - reference.value), reference.value),
  gradient: relative(distance(fingerprint(gradient), reference), reference.norm),
})

/** The difference of a result from the peer's number where there is one, and else from the reference. */
export const compared = (entry: Case, reference: Reference | undefined, measured: Measured): Difference => {
  const { name, group, peer } = entry
  if (peer !== undefined) return { name, group, ...againstPeer(entry, peer, measured) }
  if (reference === undefined) throw new Error(`There is no reference for ${name}: npm run conformance -- --references makes them.`)
  return { name, group, ...against(reference, measured) }
}

/** The reference that a result of the cpu backend is for the others. */
export const referenceOf = ({ value, gradient }: Measured): Reference => ({ value, ...fingerprint(gradient) })
