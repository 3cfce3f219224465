/** perceptual-loss convert IN OUT: a safetensors file of any file of weights that the package reads. */
import type { Preprocessing, WeightsNote } from '../../index.js'
import { convertWeightsFile } from '../../node/index.js'
import { shownWhile } from '../activity.js'
import { command } from '../command.js'
import { printable } from '../printable.js'
import { among } from '../optionValues.js'

export const convert = command({
  args: {
    in: {
      type: 'positional',
      required: true,
      description: 'a PyTorch (.pth), Keras (.h5, .weights.h5, .keras) or safetensors file of VGG16, VGG19, AlexNet or SqueezeNet 1.1; or its URL',
    },
    out: { type: 'positional', required: true, description: 'the .safetensors file to write' },
    force: { type: 'boolean', default: false, description: 'replace OUT where it is there' },
    preprocessing: { type: 'string', description: 'torchvision or caffe, where the file does not say it or its names mislead' },
  },
  run: async ({ args, output }) => {
    const preprocessing = preprocessingOf(args.preprocessing)
    const { bytes, note } = await shownWhile(output, (say) => {
      say(`converting ${args.in}`)
      return convertWeightsFile(args.in, args.out, { force: args.force, ...(preprocessing === undefined ? {} : { preprocessing }) })
    })
    output.out([...report(args.in, note), `${printable(args.out)}: ${bytes.toLocaleString('en')} bytes, float32, filters [height, width, in, out]`].join('\n'))
  },
})

const preprocessingOf = (said: string | undefined): Preprocessing | undefined =>
  said === undefined ? undefined : among('--preprocessing', said, ['torchvision', 'caffe'])

const ORDERS = { HWIO: '[height, width, in, out]', OIHW: '[out, in, height, width]' } as const
const SAID = {
  option: 'as you said',
  metadata: 'as the file says',
  names: 'by its names',
  filters: 'by its first filters, which are for images in [0, 255]',
} as const

/** What was found in the file, a line each. */
const report = (from: string, note: WeightsNote): readonly string[] => [
  `${printable(from)}: ${note.network}`,
  `  written by     ${note.writer}, ${note.names}, filters ${ORDERS[note.order]}`,
  `  preprocessing  ${note.preprocessing} (${SAID[note.preprocessingFrom]})`,
  `  tensors        ${String(note.tensors)}${note.ignored.length === 0 ? '' : `; left out, for no loss looks at dense layers: ${note.ignored.map(printable).join(', ')}`}`,
]
