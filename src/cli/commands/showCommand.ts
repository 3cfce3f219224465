/** npx perceptual-loss show LOSS: a loss as text. */
import { command } from '../command.js'
import { among } from '../optionValues.js'
import { printableLines } from '../printable.js'

const FORMATS = ['typescript', 'latex', 'mermaid', 'json'] as const

export const show = command({
  args: {
    loss: { type: 'positional', required: true, description: 'a name (an unknown name lists them all) or a JSON file' },
    as: { type: 'string', default: 'typescript', valueHint: 'format', description: FORMATS.join(', ') },
  },
  examples: [
    ['lpips', 'print LPIPS as TypeScript'],
    ['my-loss.json --as latex', 'print the formula of your own loss'],
    ['dists --as json > dists.json', 'write a JSON file to edit and to compare with'],
  ],
  run: async ({ args, output }) => {
    const format = among('--as', args.as, FORMATS)
    const { encode, show: typescript, toLatex, toMermaid } = await import('../../index.js')
    const { namedLoss } = await import('../namedLosses.js')
    const { loss } = await namedLoss(args.loss)
    const text = { typescript, latex: toLatex, mermaid: toMermaid, json: (of: typeof loss) => JSON.stringify(encode(of), null, 2) }[format](loss)
    output.out(printableLines(text.trimEnd()))
  },
})
