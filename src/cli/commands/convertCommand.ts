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
    force: { type: 'boolean', default: false, description: 'replace OUT if it exists' },
    preprocessing: { type: 'string', description: 'torchvision or caffe, if the file does not specify it or its names are misleading' },
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
  option: 'from --preprocessing',
  metadata: "from the file's metadata",
  names: 'from its tensor names',
  filters: 'from its first filters, which expect images in [0, 255]',
} as const

/** The contents of the file, one line each. */
const report = (from: string, note: WeightsNote): readonly string[] => [
  `${printable(from)}: ${note.network}`,
  `  written by     ${note.writer}, ${note.names}, filters ${ORDERS[note.order]}`,
  `  preprocessing  ${note.preprocessing} (${SAID[note.preprocessingFrom]})`,
  `  tensors        ${String(note.tensors)}${note.ignored.length === 0 ? '' : `; left out (no loss uses dense layers): ${note.ignored.map(printable).join(', ')}`}`,
]
