/** What the document says of WebGL where textures are float16. */
import type { Difference } from './compare.js'
import type { Case } from './suite.js'

const percent = (value: number): string => `${(100 * value).toPrecision(2)} %`

const GROUPS: readonly Case['group'][] = ['metrics', 'kinks', 'networks', 'recipes']

/** The value in the middle, the largest, and how many are NaN or infinite. */
const spread = (values: readonly number[]): readonly string[] => {
  // NaN came as null where results were kept as JSON.
  const finite = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b)
  return [percent(finite[Math.floor(finite.length / 2)] ?? 0), percent(finite.at(-1) ?? 0), String(values.length - finite.length)]
}

const row = (group: Case['group'], differences: readonly Difference[]): string => {
  const some = differences.filter((difference) => difference.group === group)
  return `| ${[group, String(some.length), ...spread(some.map(({ value }) => value)), ...spread(some.map(({ gradient }) => gradient))].join(' | ')} |`
}

/** The section, of the differences that were measured. */
export const float16Section = (differences: readonly Difference[]): string =>
  `## WebGL of float16: do not use it

Some graphics cards, phones' above all, render to no textures of float32; TensorFlow.js then computes in float16 (11 bits, nothing beyond 65504 or below 6e-8) and says nothing, and nor do
losses. Measured in Chromium with \`WEBGL_RENDER_FLOAT32_ENABLED\` false, on the short form of the suite; no bound is held:

| | cases | values off: median | largest | NaN or infinite | gradients off: median | largest | NaN or infinite |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${GROUPS.map((group) => row(group, differences)).join('\n')}

Values that are there have three digits, gradients often one or none. What goes beyond 65504 or below 6e-8 on the way is NaN or infinite: \`perceptual\`, \`johnsonContent\`, \`gatysStyle\`,
\`realEsrgan\`, \`lpips\` over SqueezeNet, \`haarPsi\`, \`contextual\`, and \`cosine\` of black pictures. \`tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')\` is false there once WebGL was started: take the WASM
backend then (\`await tf.setBackend('wasm')\`), whose numbers are in the table above.`
