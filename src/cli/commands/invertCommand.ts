/** npx perceptual-loss invert PICTURE [OUT]: what a layer remembers of a picture. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { weight, whole } from '../optionValues.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

export const invert = command({
  args: {
    picture: { type: 'positional', required: true, description: 'the picture that the network looks at' },
    out: {
      type: 'positional',
      required: false,
      default: 'inverted.png',
      description: 'the picture to write (.png, .jpg, .webp); a sheet (.png) of all for several layers',
    },
    layer: {
      type: 'string',
      alias: 'l',
      default: 'block3_conv3',
      valueHint: 'name,...',
      description: 'the layers of which a picture is made, each from that layer alone',
    },
    size: { type: 'string', default: '192', valueHint: 'n', description: 'the longest side in pixels; twice the size takes four times as long' },
    steps: { type: 'string', default: '150', valueHint: 'n', description: 'how many steps of Adam, for each layer' },
    'tv-weight': { type: 'string', default: '1', valueHint: 'x', description: 'how smooth it has to be: total variation' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    ['photo.jpg', 'a picture made from what block3_conv3 of VGG16 knows of the photograph, and from noise'],
    ['photo.jpg layers.png --layer block1_conv2,block2_conv2,block3_conv3,block4_conv3', 'four layers on one sheet: from everything to the gist'],
    ['photo.jpg alex.png --layer conv3', 'a layer of AlexNet'],
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
