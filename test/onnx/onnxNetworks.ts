/** Tiny networks of the blocks that real ones have, with PyTorch's features and gradients (test/goldens/make_onnx.py). */
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

const GOLDENS = new URL('../goldens/onnx/', import.meta.url)

interface Golden {
  readonly picture: readonly [number, number, number, number]
  readonly features: readonly { readonly layer: string; readonly shape: readonly number[]; readonly values: string }[]
  readonly gradient: string
}

export const goldens = JSON.parse(readFileSync(new URL('networks.json', GOLDENS), 'utf8')) as Readonly<Record<string, Golden>>

export const onnxFile = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(`${name}.onnx`, GOLDENS)))

export const onnxPath = (name: string): string => new URL(`${name}.onnx`, GOLDENS).pathname

/** Little-endian float32 in base64. */
export const floats = (text: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)

/** The pictures' formula. */
export const pictureOf = (shape: readonly [number, number, number, number]): Tensor4D => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => 0.5 + 0.35 * Math.sin(0.37 * i) + 0.15 * Math.sin(1.7 * i + 1))
  return tf.tensor4d(values, [...shape])
}

/** A tap of a layer. */
export const tapOf = (layer: string) => ({ layer, activation: 'post', pooling: 'max' }) as const
