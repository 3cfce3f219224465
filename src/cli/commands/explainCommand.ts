/** npx perceptual-loss explain LOSS: the cost of a loss for a picture size. */
import { shownWhile } from '../activity.js'
import { backendOption, startBackend } from '../startBackend.js'
import { command } from '../command.js'
import { memory, size, whole } from '../optionValues.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'
import { printableLines } from '../printable.js'

export const explain = command({
  args: {
    loss: { type: 'positional', required: true, description: 'a name (an unknown name lists them all) or a JSON file' },
    size: { type: 'string', default: '256', valueHint: 'n|height x width', description: 'the picture size, such as 256 or 720x1280' },
    batch: { type: 'string', default: '1', valueHint: 'n', description: 'the batch size' },
    memory: { type: 'string', valueHint: 'bytes', description: 'also show the cost of tiles within this much memory, such as 1GiB' },
    json: { type: 'boolean', description: 'print JSON' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    ['lpips-vgg', 'layers, operations and memory for one 256 x 256 picture'],
    ['perceptual --size 6000x8000 --memory 1GiB', 'also show how large pictures are cut into tiles'],
    ['my-loss.json --size 720x1280 --batch 4 --json', 'print JSON'],
  ],
  run: async ({ args, all, output }) => {
    const [height, width] = size('--size', args.size)
    const batch = whole('--batch', args.batch, 1, 4096)
    const { showExplanation, explain: explanation } = await import('../../index.js')
    const { extractorOf, namedLoss } = await import('../namedLosses.js')
    const { networks } = await import('../namedNetworks.js')
    const named = await namedLoss(args.loss)
    const among = networks(all('weights'))
    const options = { shape: [batch, height, width, 3], ...(args.memory === undefined ? {} : { memory: memory('--memory', args.memory) }) } as const
    const found = await shownWhile(output, async (say) => {
      say(`loading networks for ${named.title}`)
      await startBackend(args.backend)
      const extractor = await extractorOf(named, among)
      say('measuring memory with small pictures')
      return explanation(named.loss, extractor as never, options)
    })
    output.out(printableLines(args.json ? JSON.stringify(found, null, 2) : showExplanation(found)))
  },
})
