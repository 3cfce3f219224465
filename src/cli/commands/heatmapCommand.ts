/** npx perceptual-loss heatmap A B [OUT]: a heat map of where two pictures differ by a loss. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { UsageError } from '../usageError.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

export const heatmap = command({
  args: {
    reference: { type: 'positional', required: true, description: 'the reference picture' },
    picture: { type: 'positional', required: true, description: 'the picture to compare with the reference' },
    out: { type: 'positional', required: false, default: 'heatmap.png', description: 'the file to write: .png' },
    loss: { type: 'string', alias: 'l', default: 'lpips', valueHint: 'name', description: 'a name (an unknown name lists them all) or a JSON file' },
    max: { type: 'string', valueHint: 'number', description: 'the value shown brightest (default: the largest in the map)' },
    map: { type: 'boolean', description: 'write only the map, at the size of the picture' },
    resize: { type: 'boolean', description: "resize the picture to the reference's size" },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    ['photo.png photo.jpg', 'write heatmap.png: both pictures, and a map of where LPIPS differs, with a colour bar'],
    ['a.png b.png where.png --loss dists', 'use another loss'],
    ['a.png b.png where.png --map --max 0.5', 'write only the map, on a fixed scale to compare maps'],
  ],
  run: async ({ args, all, output }) => {
    const max = args.max === undefined ? undefined : Number(args.max)
    if (max !== undefined && !(Number.isFinite(max) && max > 0)) throw new UsageError(`--max: received '${String(args.max)}', expected a number above 0.`)
    const { reference, picture, out, loss, backend } = args
    const { drawHeatmap } = await import('../heatmap/runHeatmap.js')
    await drawHeatmap({ reference, picture, out, loss, max, alone: args.map, resize: args.resize, weights: all('weights'), backend }, output)
  },
})
