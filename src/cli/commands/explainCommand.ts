/** npx perceptual-loss explain LOSS: what it would do for pictures of a size. */
import { shownWhile } from '../activity.js'
import { backendOption, startBackend } from '../startBackend.js'
import { command } from '../command.js'
import { memory, size, whole } from '../optionValues.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'
import { printableLines } from '../printable.js'

export const explain = command({
  args: {
    loss: { type: 'positional', required: true, description: 'a name (compare --help tells them) or a JSON file' },
    size: { type: 'string', default: '256', valueHint: 'n|height x width', description: 'the size of the pictures, such as 256 or 720x1280' },
    batch: { type: 'string', default: '1', valueHint: 'n', description: 'how many at once' },
    memory: { type: 'string', valueHint: 'bytes', description: 'what tiles within so much memory would cost, such as 1GiB' },
    json: { type: 'boolean', description: 'print JSON' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    ['lpips-vgg', 'layers, operations and memory for a picture of 256 x 256'],
    ['perceptual --size 6000x8000 --memory 1GiB', 'how large pictures would be cut, too'],
    ['my-loss.json --size 720x1280 --batch 4 --json', 'as data'],
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
      say(`loading what ${named.title} needs`)
      await startBackend(args.backend)
      const extractor = await extractorOf(named, among)
      say('measuring memory on small pictures')
      return explanation(named.loss, extractor as never, options)
    })
    output.out(printableLines(args.json ? JSON.stringify(found, null, 2) : showExplanation(found)))
  },
})
