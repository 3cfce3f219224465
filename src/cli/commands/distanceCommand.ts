/** npx perceptual-loss distance A B: distances between two sets of pictures, by which generators are judged. */
import { command } from '../command.js'
import { FEATURE_OPTIONS } from '../distance/featureOptions.js'
import { size, whole } from '../optionValues.js'
import { backendOption } from '../startBackend.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

export const distance = command({
  args: {
    reference: { type: 'positional', description: 'the real pictures: a folder, a quoted glob, or a JSON file of statistics' },
    pictures: { type: 'positional', required: false, description: 'the generated pictures: a folder, a quoted glob, or a JSON file of statistics' },
    save: { type: 'string', valueHint: 'file', description: 'write the statistics of one set to a JSON file, instead of comparing two' },
    ...FEATURE_OPTIONS,
    layer: { ...FEATURE_OPTIONS.layer, alias: 'l' },
    sample: {
      type: 'string',
      default: '2000',
      valueHint: 'n',
      description: 'how many features to keep for the kernel distance, precision and recall; at most 5000',
    },
    subsets: { type: 'string', default: '100', valueHint: 'n', description: 'the number of random subsets of the kernel distance' },
    'subset-size': { type: 'string', valueHint: 'n', description: 'their size (default: 1000, or the smaller sample)' },
    seed: { type: 'string', default: '1', valueHint: 'n', description: 'the seed of the subsets' },
    neighbours: { type: 'string', default: '3', valueHint: 'n', description: 'the number of neighbours of precision and recall' },
    json: { type: 'boolean', description: 'print JSON' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    ['real/ generated/', "Fréchet distance, kernel distance, precision and recall of VGG16's features (not FID: that is of InceptionV3)"],
    ['real/ generated/ --onnx inception.onnx --input inception --size 299', 'FID and KID, with your InceptionV3'],
    ['real/ --save real.json', 'measure the real pictures once'],
    ['real.json generated/ --json', 'compare with them, print JSON'],
  ],
  run: async ({ args, all, output }) => {
    const { reference, pictures, save, layer, onnx, input, positions, json, backend } = args
    const subsetSize = args['subset-size']
    const { distance } = await import('../distance/runDistance.js')
    await distance(
      {
        ...{ reference, pictures, save, layer, onnx, input, positions, json, backend },
        weights: all('weights'),
        size: args.size === undefined ? undefined : size('--size', args.size),
        kernel: {
          subsets: whole('--subsets', args.subsets, 1, 10_000),
          subsetSize: subsetSize === undefined ? undefined : whole('--subset-size', subsetSize, 2, 5000),
          seed: whole('--seed', args.seed, 1, 2 ** 32 - 1),
        },
        sample: whole('--sample', args.sample, 0, 5000),
        neighbours: whole('--neighbours', args.neighbours, 1, 1000),
      },
      output,
    )
  },
})
