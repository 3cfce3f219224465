/** npx perceptual-loss heatmap A B [OUT]: where two pictures differ, as a loss sees it. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { UsageError } from '../usageError.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

export const heatmap = command({
  args: {
    reference: { type: 'positional', required: true, description: 'the picture that is right' },
    picture: { type: 'positional', required: true, description: 'the one that is compared with it' },
    out: { type: 'positional', required: false, default: 'heatmap.png', description: 'the picture to write: .png' },
    loss: { type: 'string', alias: 'l', default: 'lpips', valueHint: 'name', description: 'a name (compare --help tells them) or a JSON file' },
    max: { type: 'string', valueHint: 'number', description: 'the heat that is shown brightest; the largest there is if not said' },
    map: { type: 'boolean', description: 'write the map alone, as large as the picture' },
    resize: { type: 'boolean', description: "bring the picture to the reference's size" },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    ['photo.png photo.jpg', 'writes heatmap.png: both pictures, and where LPIPS finds them different, with a colour bar'],
    ['a.png b.png where.png --loss dists', 'by another loss'],
    ['a.png b.png where.png --map --max 0.5', 'the colours alone, on a scale that other maps share'],
  ],
  run: async ({ args, all, output }) => {
    const max = args.max === undefined ? undefined : Number(args.max)
    if (max !== undefined && !(Number.isFinite(max) && max > 0)) throw new UsageError(`--max: received '${String(args.max)}', expected a number above 0.`)
    const { reference, picture, out, loss, backend } = args
    const { drawHeatmap } = await import('../heatmap/runHeatmap.js')
    await drawHeatmap({ reference, picture, out, loss, max, alone: args.map, resize: args.resize, weights: all('weights'), backend }, output)
  },
})
