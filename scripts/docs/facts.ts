/**
 * The generated parts of each page of docs/losses: description, formula, laws, options, cost and source.
 *
 * They are between `<!-- NAME -->` and `<!-- /NAME -->`; the rest of a page is written by hand.
 */
import * as face from '../../src/index.js'
import { explain, laws, terms, toLatex, type Extractor, type Laws } from '../../src/index.js'
import { codeOf, type AnyLoss, type Entry, type NetworkName } from './catalogue.js'
import type { Docstring } from './docstrings.js'

const SIDE = 256

/** The parts of a page, by their names. */
export const parts = async (
  entry: Entry,
  docstring: Docstring,
  network: (name: NetworkName) => Promise<Extractor<string>>,
): Promise<Readonly<Record<'what' | 'facts', string>>> => ({
  what: [...docstring.about, ...formula(entry), program(entry)].join('\n\n'),
  facts: [...lawsOf(entry, docstring), ...optionsOf(docstring), ...(await costOf(entry, network)), ...sourceOf(docstring)].join('\n\n'),
})

/** By `toLatex`; where a definition in it has no formula of its own, or many terms are alike, the page has one that is written by hand. */
const formula = ({ loss }: Entry): readonly string[] => {
  const latex = toLatex(loss)
  return latex.includes('\\operatorname{') || terms(loss).length > 10 ? [] : [`$$${latex}$$`]
}

const NETWORKS: Readonly<Record<Exclude<NetworkName, 'onnx'>, string>> = {
  vgg16: 'await vgg16()',
  alexnet: 'await alexnet()',
  alexnetShiftTolerant: 'await alexnetShiftTolerant()',
  vgg19: "await vgg19({ weights: 'vgg19.safetensors' })",
  logits: "fromLayersModel(discriminator, { layers: ['logits'], live: true })",
}

/** Over files of one's own. */
const ONNX: Readonly<Record<string, string>> = {
  dinoPerceptual: "await fromOnnx('dino.onnx', { input: 'imagenet', resize: true })",
  dreamsim: "await fromOnnx('dreamsim.onnx', { input: 'unit', resize: true })",
}

/** A program that compiles the loss. */
const program = (entry: Entry): string => {
  const code = codeOf(entry)
  const over = entry.network === undefined ? '' : `, ${entry.network === 'onnx' ? (ONNX[entry.id] ?? '') : NETWORKS[entry.network]}`
  const line = `const f = compile(${code}${over})`
  const names = [...new Set(line.replaceAll(/'[^']*'/g, '').match(/[A-Za-z]\w*/g))].filter((name) => name in face && name !== entry.id)
  const shadowed = entry.id === 'discriminator' ? line.replace('fromLayersModel(discriminator', 'fromLayersModel(judge') : line
  const imports = [...names, entry.id].filter((name, i, all) => line.includes(name) && all.indexOf(name) === i).sort(byLetters)
  const used = entry.id !== 'discriminator' && entry.network === 'logits' ? imports.filter((name) => name !== 'discriminator') : imports
  const fromOnnx = line.includes('fromOnnx(') ? "import { fromOnnx } from 'perceptual-loss/onnx'\n" : ''
  return `\`\`\`ts\nimport { ${used.join(', ')} } from 'perceptual-loss'\n${fromOnnx}\n${shadowed}\n\`\`\``
}

const byLetters = (a: string, b: string): number => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)

const LAWS: readonly (readonly [keyof Laws, string])[] = [
  ['symmetric', 'f(a, b) = f(b, a)'],
  ['zeroOnIdentity', 'f(a, a) = 0'],
  ['triangle', 'f(a, b) ≤ f(a, c) + f(c, b)'],
  ['nonNegative', 'f(a, b) ≥ 0'],
  ['bounded', 'the value has an upper bound'],
  ['smooth', 'the gradient is continuous'],
]

/** Of the loss as it is shown; a transform has none of its own. */
const lawsOf = (entry: Entry, { value }: Docstring): readonly string[] => {
  const found = laws(entry.loss)
  const rows = LAWS.map(([law, means]) => `| ${law} | ${means} | ${found[law] === true ? 'yes' : 'no'} |`)
  return [
    '## Laws',
    ...(value === undefined ? [] : [`Value: ${value}`]),
    `The laws of \`${codeOf(entry)}\`. Its value is in ${intervalOf(entry.loss)}.`,
    ['| law | | |', '| --- | --- | --- |', ...rows].join('\n'),
  ]
}

/** The range of a loss's value, from its laws: [0, 0.5]. */
export const intervalOf = (loss: AnyLoss): string => {
  const [min, max] = laws(loss).range
  return `[${number(min)}, ${number(max)}]`
}

const number = (value: number): string => (value === Infinity ? '∞' : value === -Infinity ? '-∞' : String(Number(value.toPrecision(4))))

const optionsOf = ({ options }: Docstring): readonly string[] =>
  options.length === 0
    ? []
    : ['## Options', ['| option | |', '| --- | --- |', ...options.map(({ name, about }) => `| \`${name}\` | ${cell(about)} |`)].join('\n')]

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** Of one picture of 256 x 256. */
const costOf = async ({ loss, network }: Entry, load: (name: NetworkName) => Promise<Extractor<string>>): Promise<readonly string[]> => {
  if (network === 'logits') return ['## Cost', 'A few operations per logit, negligible beside the discriminator.']
  if (network === 'onnx') return ['## Cost', 'That of the network: `explain` works it out for yours.']
  const extractor = network === undefined ? undefined : await load(network)
  const explanation = await explain(loss, extractor as never, { shape: [1, SIDE, SIDE, 3] })
  const { flops, memory, layers, terms } = explanation
  const own = terms.reduce((sum, term) => sum + term.flops, 0)
  const rows = [
    ['metrics and regularizers only', operations(own)],
    ...(layers.length === 0
      ? []
      : [[`network: ${String(layers.length)} of ${extractor?.name ?? ''}'s layers`, operations(layers.reduce((sum, layer) => sum + layer.flops, 0))]]),
    ['forward pass, prepared target', operations(flops.prepared)],
    ['forward pass, fresh target', operations(flops.fresh)],
    ['peak memory of a step with its gradient, prepared target', megabytes(memory.prepared)],
    ['peak memory of a step with its gradient, fresh target', megabytes(memory.fresh)],
  ]
  return [
    '## Cost',
    `From \`explain\`, for one picture of ${String(SIDE)} x ${String(SIDE)} on WASM:`,
    ['| | |', '| --- | ---: |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n'),
  ]
}

/** 1.23 GFLOP. */
const operations = (flops: number): string =>
  flops >= 1e9 ? `${String(Number((flops / 1e9).toPrecision(3)))} GFLOP` : `${String(Number((flops / 1e6).toPrecision(3)))} MFLOP`

const megabytes = (bytes: number): string => `${String(Number((bytes / 1e6).toPrecision(3)))} MB`

const sourceOf = ({ source }: Docstring): readonly string[] => (source === undefined ? [] : ['## Source', source])

/** A page with its parts put in; a missing mark is an error. */
export const withParts = (page: string, made: Readonly<Record<string, string>>, where: string): string =>
  Object.entries(made).reduce((text, [name, part]) => {
    const line = page.includes(`<!-- ${name} -->\n`) ? '\n' : ''
    const [start, end] = [`<!-- ${name} -->${line}`, `${line}<!-- /${name} -->`]
    const [from, to] = [text.indexOf(start), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`${where} has no part <!-- ${name} --> ... <!-- /${name} -->, which this script writes.`)
    return text.slice(0, from + start.length) + part + text.slice(to)
  }, page)
