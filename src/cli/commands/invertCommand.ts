/** npx perceptual-loss invert PICTURE [OUT]: a picture reconstructed from the features of a layer. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { weight, whole } from '../optionValues.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

export const invert = command({
  args: {
    picture: { type: 'positional', required: true, description: 'the input picture' },
    out: {
      type: 'positional',
      required: false,
      default: 'inverted.png',
      description: 'the file to write: .png, .jpg or .webp; for several layers one sheet (.png)',
    },
    layer: {
      type: 'string',
      alias: 'l',
      default: 'block3_conv3',
      valueHint: 'name,...',
      description: 'the layers to reconstruct from, one picture per layer',
    },
    size: { type: 'string', default: '192', valueHint: 'n', description: 'the longest side in pixels; doubling it takes four times as long' },
    steps: { type: 'string', default: '150', valueHint: 'n', description: 'the number of Adam steps per layer' },
    'tv-weight': { type: 'string', default: '1', valueHint: 'x', description: 'the weight of total variation: larger is smoother' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    ['photo.jpg', 'reconstruct the photograph from block3_conv3 of VGG16, starting from noise'],
    ['photo.jpg layers.png --layer block1_conv2,block2_conv2,block3_conv3,block4_conv3', 'four layers on one sheet, from shallow to deep'],
    ['photo.jpg alex.png --layer conv3', 'use a layer of AlexNet'],
  ],
  run: async ({ args, all, output }) => {
    const layers = all('layer')
    const asked = {
      picture: args.picture,
      out: args.out,
      layers: layers.length === 0 ? [args.layer] : layers,
      size: whole('--size', args.size, 16, 4096),
      steps: whole('--steps', args.steps, 1, 100_000),
      tvWeight: weight('--tv-weight', args['tv-weight']),
      weights: all('weights'),
      backend: args.backend,
    }
    const { invert } = await import('../painting/invertFeatures.js')
    return invert(asked, output)
  },
})
