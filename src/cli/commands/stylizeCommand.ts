/** npx perceptual-loss stylize CONTENT STYLE [OUT]: style transfer by optimization. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { weight, whole } from '../optionValues.js'

export const stylize = command({
  args: {
    content: { type: 'positional', required: true, description: 'the content picture' },
    style: { type: 'positional', required: true, description: 'the style picture' },
    out: { type: 'positional', required: false, default: 'stylized.png', description: 'the file to write: .png, .jpg or .webp' },
    size: { type: 'string', default: '256', valueHint: 'n', description: 'the longest side of the result in pixels; doubling it takes four times as long' },
    steps: { type: 'string', default: '50', valueHint: 'n', description: 'the number of Adam steps' },
    'content-weight': { type: 'string', default: '1', valueHint: 'x', description: 'the weight of the content loss' },
    'style-weight': { type: 'string', default: '15', valueHint: 'x', description: 'the weight of the style loss' },
    'tv-weight': { type: 'string', default: '3', valueHint: 'x', description: 'the weight of total variation: larger is smoother' },
    sheet: { type: 'string', valueHint: 'file.png', description: 'also write a sheet with content, style, intermediate steps and result' },
    backend: backendOption,
  },
  examples: [
    ['photo.jpg painting.jpg', 'write stylized.png; Ctrl-C stops early and saves the current picture'],
    ['photo.jpg painting.jpg poster.png --size 512 --steps 100 --style-weight 30', 'larger, more steps, more style'],
    ['photo.jpg painting.jpg quick.png --size 128 --steps 20 --sheet steps.png', 'quick preview, with intermediate steps on one sheet'],
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
