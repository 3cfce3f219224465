/** Generated losses for what prints them: ordinary ones, and ones with any text and any number in every place that has one. */
import fc from 'fast-check'
import { against, featureAt, mae, mse, named, pixels, sum, weighted, type Loss } from '../../src/index.js'
import { lossArbitrary } from '../../src/laws/index.js'
import { brightness, edges, power } from './acme.js'

type AnyLoss = Loss<string, string>

/** Losses over three layers, with the target and a style. */
export const LAYERED = lossArbitrary({ layers: ['block1_conv2', 'relu3_3', 'block4_pool'], references: ['style'] })

const anyText = fc.string({ unit: 'binary', minLength: 1 })
const anyNumber = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(1e-7, -0, 1e21, -1e-300, 5e-324, 1.7976931348623157e308))
/** Any weight: what float32 holds. */
const anyWeight = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((w) => w === 0 || Math.abs(w) >= 2 ** -126)
/** Losses with any text and any number in every place that has one, third parties' definitions among them. */
export const odd: fc.Arbitrary<AnyLoss> = fc
  .tuple(anyText, anyText, anyText, anyNumber, anyWeight, fc.dictionary(anyText, anyNumber, { noNullPrototype: true }))
  .map(([name, reference, layer, number, weight, record]) =>
    sum(
      weighted(weight, named(name, against(reference, mse(featureAt(layer))))),
      edges(power(pixels, { of: number }), { label: name, sizes: [number, ...Object.values(record)], limit: number, 'per-channel': { red: number } }),
      weighted(-1, brightness(pixels)),
    ),
  )

/** Names in all the ways that trip a parser. */
export const TRICKY = [
  "it's",
  '"quoted"',
  'back\\slash',
  'line\nbreak',
  'tab\t',
  '$math$ & 50% #1 ~^_',
  '{brace}',
  '`tick`',
  '</script>',
  '日本語 ✓',
  '😀',
  '\u2028',
  '\ud800',
  '__proto__',
  'end',
  ' ',
  '-->',
  '%%',
  '"]',
]
export const tricky: readonly AnyLoss[] = TRICKY.map((name) =>
  sum(named(name, mse(pixels)), against(name, mae(featureAt(name))), edges(pixels, { label: name })),
)
