/** A tiny vision transformer without attention, as an ONNX file: tokens of 8 x 8 patches, a class token first, and an embedding. */
import { onnxBytes, type WrittenNode } from './onnxWriter.js'

const CHANNELS = 6
/** Pictures of 32 x 32: a class token and 16 patches. */
export const TOKENS_SIDE = 32
const PATCHES = (TOKENS_SIDE / 8) ** 2

const waves = (length: number, seed: number): readonly number[] => Array.from({ length }, (_, i) => 0.4 * Math.sin(1.3 * (i + 1) * (1 + seed / 7) + seed))

/** The file: its layers are block1 to block12, [batch, 17, 6] or as maps [batch, 6, 4, 4], and `embedding`, [batch, 6]. */
export const tokensFile = (maps = false): Uint8Array => {
  const block = (i: number): readonly WrittenNode[] => {
    const [from, to] = [i === 1 ? 'tokens' : `tokens${String(i - 1)}`, `tokens${String(i)}`]
    const last: WrittenNode = maps
      ? { operator: 'Reshape', inputs: [`rows${String(i)}`, 'map'], outputs: [`block${String(i)}`] }
      : { operator: 'Identity', inputs: [to], outputs: [`block${String(i)}`] }
    return [
      { operator: 'MatMul', inputs: [from, `w${String(i)}`], outputs: [`mixed${String(i)}`] },
      { operator: 'Tanh', inputs: [`mixed${String(i)}`], outputs: [`bent${String(i)}`] },
      { operator: 'Add', inputs: [from, `bent${String(i)}`], outputs: [to] },
      ...(maps
        ? [
            { operator: 'Slice', inputs: [to, 'one', 'end', 'one'], outputs: [`patches${String(i)}`] },
            { operator: 'Transpose', inputs: [`patches${String(i)}`], outputs: [`rows${String(i)}`], attributes: { perm: [0, 2, 1] } },
          ]
        : []),
      last,
    ]
  }
  const blocks = Array.from({ length: 12 }, (_, i) => i + 1)
  return onnxBytes({
    inputs: [{ name: 'picture', dims: ['batch', 3, TOKENS_SIDE, TOKENS_SIDE] }],
    nodes: [
      { operator: 'Conv', inputs: ['picture', 'filter'], outputs: ['patches'], attributes: { strides: [8, 8] } },
      { operator: 'Reshape', inputs: ['patches', 'flat'], outputs: ['columns'] },
      { operator: 'Transpose', inputs: ['columns'], outputs: ['sequence'], attributes: { perm: [0, 2, 1] } },
      { operator: 'ReduceMean', inputs: ['sequence'], outputs: ['class'], attributes: { axes: [1], keepdims: 1 } },
      { operator: 'Concat', inputs: ['class', 'sequence'], outputs: ['tokens'], attributes: { axis: 1 } },
      ...blocks.flatMap(block),
      { operator: 'ReduceMean', inputs: ['tokens12'], outputs: ['embedding'], attributes: { axes: [1], keepdims: 0 } },
    ],
    tensors: [
      { name: 'filter', dims: [CHANNELS, 3, 8, 8], values: waves(CHANNELS * 3 * 64, 1).map((x) => x / 8) },
      { name: 'flat', dims: [3], values: [0, CHANNELS, PATCHES], type: 7 },
      { name: 'map', dims: [4], values: [0, CHANNELS, TOKENS_SIDE / 8, TOKENS_SIDE / 8], type: 7 },
      { name: 'one', dims: [1], values: [1], type: 7 },
      { name: 'end', dims: [1], values: [1000], type: 7 },
      ...blocks.map((i) => ({ name: `w${String(i)}`, dims: [CHANNELS, CHANNELS], values: waves(CHANNELS ** 2, i + 1) })),
    ],
  })
}
