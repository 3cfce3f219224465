/**
 * The networks that the catalogue is shown over. The package has no weights of VGG19: what costs are worked out with is a file of equal numbers, as large and as slow.
 */
import { alexnet, alexnetShiftTolerant, vgg16, vgg19, type Extractor } from '../../src/index.js'
import type { NetworkName } from './catalogue.js'

const BLOCKS = [2, 2, 4, 4, 4]
const CHANNELS = [64, 128, 256, 512, 512]

/** VGG19 with every weight 6e-4 (bytes 0x11 as float16), as a safetensors file. */
const equalWeights = (): Uint8Array => {
  const shapes = BLOCKS.flatMap((convolutions, block) =>
    Array.from({ length: convolutions }, (_, i) => {
      const [input = 3, output = 3] = [i > 0 ? CHANNELS[block] : (CHANNELS[block - 1] ?? 3), CHANNELS[block]]
      const name = `block${String(block + 1)}_conv${String(i + 1)}`
      return [[`${name}/kernel`, [3, 3, input, output]] as const, [`${name}/bias`, [output]] as const]
    }).flat(),
  )
  let at = 0
  const entries = shapes.map(([name, shape]) => {
    const start = at
    at += 2 * shape.reduce((a, b) => a * b, 1)
    return [name, { dtype: 'F16', shape, data_offsets: [start, at] }] as const
  })
  const header = new TextEncoder().encode(JSON.stringify({ __metadata__: { preprocessing: 'torchvision' }, ...Object.fromEntries(entries) }))
  const file = new Uint8Array(8 + header.length + at).fill(0x11)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  return file
}

/** Loaded when first asked for, once; `weights` are VGG19's where there are some. */
export const networks = (weights?: Uint8Array): ((name: NetworkName) => Promise<Extractor<string>>) => {
  const loaded = new Map<NetworkName, Promise<Extractor<string>>>()
  const load = (name: NetworkName): Promise<Extractor<string>> => {
    if (name === 'vgg19') return vgg19({ weights: weights ?? equalWeights() })
    return name === 'alexnet' ? alexnet() : name === 'alexnetShiftTolerant' ? alexnetShiftTolerant() : vgg16()
  }
  return (name) => {
    const network = loaded.get(name) ?? load(name)
    loaded.set(name, network)
    return network
  }
}
