/** npx perceptual-loss stylize CONTENT STYLE [OUT]: a photograph takes on the style of another picture. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { weight, whole } from '../optionValues.js'

export const stylize = command({
  args: {
    content: { type: 'positional', required: true, description: 'the photograph' },
    style: { type: 'positional', required: true, description: 'the picture whose style it takes on' },
    out: { type: 'positional', required: false, default: 'stylized.png', description: 'the picture to write: .png, .jpg or .webp' },
    size: { type: 'string', default: '256', valueHint: 'n', description: 'the longest side of the result in pixels; twice the size takes four times as long' },
    steps: { type: 'string', default: '50', valueHint: 'n', description: 'how many steps of Adam' },
    'content-weight': { type: 'string', default: '1', valueHint: 'x', description: 'how much the photograph holds on to its content' },
    'style-weight': { type: 'string', default: '15', valueHint: 'x', description: 'how much it is drawn to the style' },
    'tv-weight': { type: 'string', default: '3', valueHint: 'x', description: 'how smooth it has to be: total variation' },
    sheet: { type: 'string', valueHint: 'file.png', description: 'also write content, style, steps on the way and result on one sheet' },
    backend: backendOption,
  },
  examples: [
    ['photo.jpg painting.jpg', 'writes stylized.png; Ctrl-C ends it early and keeps the picture as it is by then'],
    ['photo.jpg painting.jpg poster.png --size 512 --steps 100 --style-weight 30', 'larger, longer, and more of the style'],
    ['photo.jpg painting.jpg quick.png --size 128 --steps 20 --sheet steps.png', 'quickly, with the way on one sheet'],
  ],
  run: async ({ args, output }) => {
    const asked = {
      content: args.content,
      style: args.style,
      out: args.out,
      size: whole('--size', args.size, 16, 4096),
      steps: whole('--steps', args.steps, 1, 100_000),
      contentWeight: weight('--content-weight', args['content-weight']),
      styleWeight: weight('--style-weight', args['style-weight']),
      tvWeight: weight('--tv-weight', args['tv-weight']),
      sheet: args.sheet,
      backend: args.backend,
    }
    const { stylize } = await import('../painting/runStylize.js')
    return stylize(asked, output)
  },
})
