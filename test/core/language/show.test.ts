/** What a person reads of a loss: `show` parses back to an equal loss, `toLatex` renders in KaTeX. test/browser/mermaid.test.ts renders `toMermaid`. */
import fc from 'fast-check'
import katex from 'katex'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import {
  against,
  cosine,
  defineMetric,
  featureAt,
  gram,
  huber,
  lossEq,
  mae,
  mse,
  named,
  pixels,
  show,
  sum,
  toLatex,
  toMermaid,
  totalVariation,
  unitNormalized,
  weighted,
  type Loss,
} from '../../../src/index.js'
import { lossArbitrary } from '../../../src/laws/index.js'
import { brightness, edges, power } from '../../support/acme.js'
import { runs } from '../../support/full.js'
import { evaluator } from '../../support/language.js'
import { LAYERED, odd, tricky } from '../../support/oddLosses.js'

type AnyLoss = Loss<string, string>

const loss = LAYERED
const evaluate = evaluator([edges, brightness, power])

describe('show', () => {
  it('evaluates to an equal loss', () => {
    fc.assert(
      fc.property(fc.oneof(loss, odd), (a) => lossEq.equals(evaluate(show(a)), a)),
      { numRuns: runs(1000) },
    )
  })

  it('is one line of TypeScript without an error', () => {
    const problems = (text: string) => (ts.transpileModule(text, { reportDiagnostics: true }).diagnostics ?? []).length
    fc.assert(
      fc.property(fc.oneof(loss, odd), (a) => !/[\n\r\u2028\u2029]/.test(show(a)) && problems(show(a)) === 0),
      { numRuns: runs(300) },
    )
  })

  it.each(tricky.map((a) => [show(a), a] as const))('%s', (text, a) => {
    expect(lossEq.equals(evaluate(text), a)).toBe(true)
  })

  it('is typed as the language is: generated lines compile against the face', () => {
    const lines = fc.sample(lossArbitrary({ layers: ['block1_conv2', 'relu3_3'], references: ['style'] }), { numRuns: 60, seed: 3 }).map(show)
    const names = [...new Set(lines.flatMap((line) => line.match(/\b[a-zA-Z]\w*(?=\()|\bpixels\b/g) ?? []))]
    const file = new URL('generated.ts', import.meta.url).pathname
    const source = `import { ${names.join(', ')} } from '../../../src/index.js'\nexport const all = [\n${lines.join(',\n')},\n]`
    const options: ts.CompilerOptions = {
      ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true, noEmit: true, types: [] },
    }
    const host = ts.createCompilerHost(options)
    const read = host.getSourceFile.bind(host)
    host.getSourceFile = (name, version, ...rest) => (name === file ? ts.createSourceFile(name, source, version) : read(name, version, ...rest))
    host.fileExists = (name) => name === file || ts.sys.fileExists(name)
    const program = ts.createProgram([file], options, host)
    const said = program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    expect(said).toEqual([])
  })

  it.each(['sum', 'pixels', 'featureAt', 'class', 'new.thing', 'await'])('a definition cannot be called %s, which could not be printed', (id) => {
    const spec = { laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1] as const, smooth: true }), apply: () => mse.definition.apply({}) }
    expect(() => defineMetric({ id, ...spec })).toThrow(/its first word is reserved by the loss language or by TypeScript/)
  })
})

describe('toLatex', () => {
  /** KaTeX's own complaint, or nothing; `strict` makes warnings errors. */
  const complaint = (a: AnyLoss, strict: boolean): string => {
    try {
      katex.renderToString(toLatex(a), { throwOnError: true, displayMode: true, strict: strict ? 'error' : 'ignore' })
      return ''
    } catch (error) {
      return `${(error as Error).message} in ${toLatex(a)}`
    }
  }

  it('renders in KaTeX without an error or a warning', () => {
    fc.assert(
      fc.property(loss, (a) => complaint(a, true) === ''),
      { numRuns: runs(300) },
    )
  })

  it('renders whatever the names', () => {
    const ascii = fc
      .string({ unit: 'binary-ascii', minLength: 1 })
      .map((name): AnyLoss => sum(named(name, mse(featureAt(name))), edges(pixels, { label: name })))
    fc.assert(
      fc.property(ascii, (a) => complaint(a, true) === ''),
      { numRuns: runs(300) },
    )
    fc.assert(
      fc.property(odd, (a) => complaint(a, false) === ''),
      { numRuns: runs(300) },
    )
    expect(tricky.map((a) => complaint(a, false)).join('')).toBe('')
  })

  it('reads as a formula', () => {
    expect(toLatex(weighted(0.1, mae(pixels)))).toBe('0.1 \\, \\tfrac{1}{n}\\left\\lVert x - y \\right\\rVert_1')
    expect(toLatex(sum(mse(pixels), weighted(-2, totalVariation(pixels))))).toBe(
      '\\tfrac{1}{n}\\left\\lVert x - y \\right\\rVert_2^2 - 2 \\, \\operatorname{totalVariation}\\left(x\\right)',
    )
    expect(toLatex(weighted(1e-7, huber(unitNormalized(featureAt('block1_conv1')), { delta: 0.5 })))).toBe(
      '1 \\cdot 10^{-7} \\, \\operatorname{huber}_{\\text{delta = 0.5}}\\left(\\widehat{\\phi_{\\text{block1\\_conv1}}\\left(x\\right)}, \\widehat{\\phi_{\\text{block1\\_conv1}}\\left(y\\right)}\\right)',
    )
    expect(toLatex(named('style', against('style', cosine(gram(pixels)))))).toBe(
      '\\underbrace{\\operatorname{cosine}\\left(G_{\\text{elements}}\\left(x\\right), G_{\\text{elements}}\\left(y_{\\text{style}}\\right)\\right)}_{\\text{style}}',
    )
    expect(toLatex(sum())).toBe('0')
  })

  it('takes the formula of a third-party metric', () => {
    const spec = { laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1] as const, smooth: true }), apply: () => mse.definition.apply({}) }
    expect(toLatex(defineMetric({ id: 'acme.d', latex: () => (a, b) => `d(${a}, ${b})`, ...spec })(pixels))).toBe('d(y, x)')
  })
})

describe('toMermaid', () => {
  it('draws a shared feature once, and what it comes from', () => {
    const text = toMermaid(sum(mse(featureAt('relu1_2')), weighted(20, against('style', mse(gram(featureAt('relu1_2')))))))
    expect(text.split('\n').sort()).toEqual(
      [
        'flowchart LR',
        ...[
          '  n0(("loss"))',
          '  n1(["prediction"])',
          '  n2(["target"])',
          '  n3["relu1#95;2"]',
          '  n4["mse"]',
          '  n5(["style"])',
          '  n6["gram"]',
          '  n7["mse"]',
        ],
        ...['  n1 --> n3', '  n2 --> n3', '  n3 --> n4', '  n4 --> n0', '  n5 --> n3', '  n3 --> n6', '  n6 --> n7', '  n7 -- "#215; 20" --> n0'],
      ].sort(),
    )
  })
})
