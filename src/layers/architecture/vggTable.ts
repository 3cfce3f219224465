/**
 * The table of a VGG: blocks of 3 x 3 convolutions, each block ended by pooling; Keras' layer names and papers' aliases.
 *
 * Source: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2015, table 1 (columns D and E).
 */
import { SAME, type NetworkTable, type TableLayer } from './networkTable.js'
import type { PoolingWindow } from '../kernels/windows.js'

/** How many convolutions each block has, and their channels. */
export type VggBlocks = readonly { readonly convolutions: number; readonly channels: number }[]

const HALVED: PoolingWindow = { size: 2, stride: 2, rounding: 'floor' }

/** The table of a VGG with these blocks. */
export const vggTable = (name: string, blocks: VggBlocks): NetworkTable => ({
  name,
  layers: blocks.flatMap((block, i) => blockLayers(i + 1, block, blocks[i - 1]?.channels ?? 3)),
  aliases: Object.fromEntries(blocks.flatMap(({ convolutions }, i) => counted(convolutions).flatMap((n) => aliases(i + 1, n)))),
})

const counted = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1)

const blockLayers = (block: number, { convolutions, channels }: VggBlocks[number], before: number): readonly TableLayer[] => [
  ...counted(convolutions).map((n): TableLayer => ({
    kind: 'convolution',
    name: `block${String(block)}_conv${String(n)}`,
    size: 3,
    window: SAME,
    channels: { in: n === 1 ? before : channels, out: channels },
  })),
  { kind: 'pooling', name: `block${String(block)}_pool`, window: HALVED },
]

/** Papers call a convolution's value after its ReLU relu3_3 and before it conv3_3. */
const aliases = (block: number, n: number): readonly (readonly [string, NetworkTable['aliases'][string]])[] => {
  const layer = `block${String(block)}_conv${String(n)}`
  return [
    [`relu${String(block)}_${String(n)}`, { layer }],
    [`conv${String(block)}_${String(n)}`, { layer, activation: 'pre' }],
  ]
}
