/** What the document says of WebGL where textures are float16. */
import type { Difference } from './compare.js'
import type { Case } from './suite.js'

const percent = (value: number): string => `${(100 * value).toPrecision(2)} %`

const GROUPS: readonly Case['group'][] = ['metrics', 'kinks', 'networks', 'recipes']

/** The value in the middle, the largest, and how many are NaN or infinite. */
const spread = (values: readonly number[]): readonly string[] => {
  // NaN came as null where results were kept as JSON.
  const finite = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b)
  const [middle, last] = [finite[Math.floor(finite.length / 2)], finite.at(-1)]
  return [...[middle, last].map((value) => (value === undefined ? '' : percent(value))), String(values.length - finite.length)]
}

const row = (group: Case['group'], differences: readonly Difference[]): string => {
  const some = differences.filter((difference) => difference.group === group)
  return `| ${[group, String(some.length), ...spread(some.map(({ value }) => value)), ...spread(some.map(({ gradient }) => gradient))].join(' | ')} |`
}

const isFinite = ({ value, gradient }: Difference): boolean => Number.isFinite(value) && Number.isFinite(gradient)

/** The losses of a group that are NaN or infinite on some pictures, by the names of their outermost functions. */
const lost = (differences: readonly Difference[], groups: readonly Case['group'][]): string => {
  const names = differences.filter((difference) => groups.includes(difference.group) && !isFinite(difference)).map(({ name }) => /^\w+/.exec(name)?.[0] ?? name)
  return names.length === 0 ? 'none' : [...new Set(names)].map((name) => `\`${name}\``).join(', ')
}

/** The section, of the differences that were measured. */
export const float16Section = (differences: readonly Difference[]): string =>
  `## WebGL of float16: do not use it

Some graphics cards, mostly in phones, cannot render to float32 textures. TensorFlow.js then silently computes in float16 (11 bits, nothing above 65504 or below 6e-8). Measured in
Chromium with \`WEBGL_RENDER_FLOAT32_ENABLED\` false, on the short suite, without bounds:

| | cases | values off: median | largest | NaN or infinite | gradients off: median | largest | NaN or infinite |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${GROUPS.map((group) => row(group, differences)).join('\n')}

Finite values have three correct digits, gradients often one or none. Intermediate values above 65504 or below 6e-8 give NaN or infinity; of metrics and transforms, on some pictures at least, in: ${lost(differences, ['metrics', 'kinks'])}.
On such a device \`tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')\` is false after WebGL has started: use the
WASM backend instead (\`await tf.setBackend('wasm')\`); its numbers are in the table above.`
