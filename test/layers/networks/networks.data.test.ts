/** Weights that are not in the package: SqueezeNet's against torchvision's definition, and AlexNet's own file against torchvision's. */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SQUEEZENET } from '../../../src/layers/networks/squeezenet.js'
import { DATA, hasData } from '../../support/sharedData.js'
import { squeezenetFile } from '../../support/sharedWeights.js'
import { againstTorchvision } from './torchvision.js'

describe.runIf(hasData)('SqueezeNet', () => {
  againstTorchvision(SQUEEZENET, () => squeezenetFile() ?? new Uint8Array())
})

it.runIf(hasData)('AlexNet in the package has torchvision’s numbers, bit for bit', () => {
  const file = readFileSync(new URL('../../../weights/alexnet.safetensors', import.meta.url))
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, { shape: number[]; data_offsets: [number, number] }>
  const values = (tensor: string): Float32Array => {
    const [start, end] = header[tensor]!.data_offsets
    return new Float32Array(new Uint8Array(file.subarray(8 + length + start, 8 + length + end)).buffer)
  }
  const same = (a: Float32Array, b: Float32Array): boolean =>
    a.length > 0 && Buffer.compare(new Uint8Array(a.buffer), Uint8Array.from(new Uint8Array(b.buffer, b.byteOffset, b.byteLength))) === 0
  const raw = readFileSync(new URL('alexnet_torchvision.f32', DATA))
  const theirs = new Float32Array(new Uint8Array(raw).buffer)
  let at = 0
  for (const [i, [size, input, output]] of [
    [11, 3, 64],
    [5, 64, 192],
    [3, 192, 384],
    [3, 384, 256],
    [3, 256, 256],
  ].entries() as Iterable<[number, [number, number, number]]>) {
    // prettier-ignore
    const torch = tf.tensor4d(theirs.subarray(at, at + output * input * size ** 2), [output, input, size, size])
    at += torch.size
    expect(same(values(`conv${String(i + 1)}/kernel`), tf.transpose(torch, [2, 3, 1, 0]).dataSync<'float32'>())).toBe(true)
    expect(same(values(`conv${String(i + 1)}/bias`), theirs.slice(at, at + output))).toBe(true)
    at += output
    torch.dispose()
  }
  expect(at).toBe(theirs.length)
})
