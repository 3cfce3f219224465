/** npx perceptual-loss show LOSS: a loss as text, or as an ONNX file. */
import { shownWhile } from '../activity.js'
import { command } from '../command.js'
import type { NamedLoss } from '../namedLosses.js'
import { among, sizeOrAny } from '../optionValues.js'
import type { Output } from '../output.js'
import { printableLines } from '../printable.js'
import { UsageError } from '../usageError.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

const FORMATS = ['typescript', 'latex', 'mermaid', 'json', 'onnx'] as const

export const show = command({
  args: {
    loss: { type: 'positional', required: true, description: 'a name (an unknown name lists them all) or a JSON file' },
    as: { type: 'string', default: 'typescript', valueHint: 'format', description: FORMATS.join(', ') },
    to: { type: 'string', valueHint: 'file', description: 'with --as onnx: the file to write' },
    size: {
      type: 'string',
      default: '256',
      valueHint: 'n|height x width|any',
      description: 'with --as onnx: the picture size, such as 256 or 720x1280; any: one file for all sizes',
    },
    weights: WEIGHTS_OPTION,
  },
  examples: [
    ['lpips', 'print LPIPS as TypeScript'],
    ['my-loss.json --as latex', 'print the formula of your own loss'],
    ['dists --as json > dists.json', 'write a JSON file to edit and to compare with'],
    ['lpips --as onnx --size 256 --to lpips.onnx', 'write LPIPS and its gradient as an ONNX file, which runs anywhere'],
    ['lpips --as onnx --size any --to lpips.onnx', 'the same for pictures of any height and width'],
  ],
  run: async ({ args, all, output }) => {
    const format = among('--as', args.as, FORMATS)
    const sides = sizeOrAny('--size', args.size)
    const { encode, show: typescript, toLatex, toMermaid } = await import('../../index.js')
    const { namedLoss } = await import('../namedLosses.js')
    if (format === 'onnx') {
      await writeOnnx(await namedLoss(args.loss), sides, args.to, all('weights'), output)
      return
    }
    if (args.to !== undefined) throw new UsageError(`--to: received '${args.to}', expected it with --as onnx only; redirect the text (> ${args.to}).`)
    const { loss } = await namedLoss(args.loss)
    const text = { typescript, latex: toLatex, mermaid: toMermaid, json: (of: typeof loss) => JSON.stringify(encode(of), null, 2) }[format](loss)
    output.out(printableLines(text.trimEnd()))
  },
})

/** Writes the loss, its network and its gradient as one file. */
const writeOnnx = async (
  named: NamedLoss,
  [height, width]: readonly [number | 'any', number | 'any'],
  file: string | undefined,
  weights: readonly string[],
  output: Output,
): Promise<void> => {
  if (file === undefined) throw new UsageError('--to is missing: expected the file to write, such as --to loss.onnx.')
  const { extractorOf } = await import('../namedLosses.js')
  const { networks } = await import('../namedNetworks.js')
  const { startBackend } = await import('../startBackend.js')
  const { toOnnx } = await import('../../onnx/index.js')
  const { replaceFile } = await import('../../node/replaceFile.js')
  const { reasonOf } = await import('../../node/reason.js')
  const bytes = await shownWhile(output, async (say) => {
    say(`writing ${named.title}`)
    await startBackend('cpu')
    const extractor = await extractorOf(named, networks(weights))
    const options = { shape: [1, height, width, 3], gradient: true } as const
    return extractor === undefined ? toOnnx(named.loss as never, options) : toOnnx(named.loss, extractor as never, options)
  })
  try {
    await replaceFile(file, bytes)
  } catch (error) {
    throw new Error(`The file ${file} cannot be written: ${reasonOf(error)}.`, { cause: error })
  }
  output.out(
    printableLines(`${file}: ${String(Math.ceil(bytes.length / 1024))} KiB; inputs prediction and the references, outputs value, perSample and gradient.`),
  )
}
