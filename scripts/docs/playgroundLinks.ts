/** A link to the playground after each code block that makes a loss: it opens with this loss. */
import { runInNewContext } from 'node:vm'
import * as library from 'perceptual-loss'
import ts from 'typescript'
import { writeLink } from '../../playground/link.js'
import { networkOf } from '../../playground/loss/layers.js'
import { featuresOf, layerOf } from '../../playground/loss/networksFor.js'
import { usualSettings } from '../../playground/settings.js'
import { catalogue } from './catalogue.js'

type Scope = Readonly<Record<string, unknown>>

/** What makes losses; other functions of the package would load networks or start a backend. */
const LANGUAGE: Scope = Object.fromEntries(
  ['pixels', 'featureAt', 'sum', 'weighted', 'mean', 'named', 'against', ...catalogue.map(({ id }) => id)].map((name) => [
    name,
    library[name as keyof typeof library],
  ]),
)

const USUAL = usualSettings(false)

const CODE = /^```(?:ts|typescript)\n([^]*)^```$/m

/** The code blocks of a document, in their order, each with its link; `playground` is the address of the page, from the document. */
export const withPlaygroundLinks = (blocks: readonly string[], playground: string): readonly string[] => {
  let scope: Scope = {}
  return blocks.map((block) => {
    const { loss, names } = lossIn(CODE.exec(block)?.[1] ?? '', scope)
    scope = { ...scope, ...names }
    return loss === undefined
      ? block
      : `${block}\n\n<a class="to-playground" href="${playground}#${writeLink(loss, USUAL, USUAL)}">Open in the playground</a>\n`
  })
}

type AnyLoss = ReturnType<typeof library.sum<readonly library.Loss<string, string>[]>>

interface Found {
  /** The last loss of the code that the playground can show. */
  readonly loss: AnyLoss | undefined
  /** The losses that it gives names. */
  readonly names: Scope
}

/** Looks for losses in code that may use names of earlier code. */
const lossIn = (code: string, scope: Scope): Found => {
  const names: Record<string, unknown> = {}
  let last: AnyLoss | undefined
  const visit = (node: ts.Node): void => {
    const loss = ts.isCallExpression(node) ? valueOf(node.getText(), { ...scope, ...names }) : undefined
    if (loss === undefined) {
      node.forEachChild(visit)
      return
    }
    if (isShown(loss)) last = loss
    if (ts.isVariableDeclaration(node.parent)) names[node.parent.name.getText()] = loss
  }
  visit(ts.createSourceFile('code.ts', code, ts.ScriptTarget.Latest, true))
  return { loss: last, names }
}

/** The loss that an expression makes; undefined where it makes something else, or nothing by these names alone. */
const valueOf = (expression: string, scope: Scope): AnyLoss | undefined => {
  try {
    const value: unknown = runInNewContext(expression, { ...LANGUAGE, ...scope })
    // Only a loss can be encoded.
    library.encode(value as AnyLoss)
    return value as AnyLoss
  } catch {
    return undefined
  }
}

/** Whether the page has the definitions and the networks of a loss. */
const isShown = (loss: AnyLoss): boolean =>
  library.tryDecode(library.encode(loss))._tag === 'Right' &&
  library
    .terms(loss)
    .flatMap(({ leaf }) => featuresOf(leaf).flatMap((feature) => layerOf(feature) ?? []))
    .every((layer) => networkOf(layer) !== undefined)
