/**
 * A network as a table of layers, shallow to deep.
 */
import type { PoolingWindow, Window } from '../kernels/windows.js'

/** A convolution with bias and ReLU. */
export interface ConvolutionLayer {
  readonly kind: 'convolution'
  readonly name: string
  /** The side of its filter. */
  readonly size: number
  readonly window: Window
  readonly channels: { readonly in: number; readonly out: number }
  /** Blurred downsampling follows, before its ReLU. */
  readonly blurred?: true
}

/** Pooling; the kind depends on the variant. */
export interface PoolingLayer {
  readonly kind: 'pooling'
  readonly name: string
  readonly window: PoolingWindow
  /** Blurred downsampling follows. */
  readonly blurred?: true
}

/**
 * A fire module: a convolution 1 x 1 to few channels, then convolutions 1 x 1 and 3 x 3 of it side by side, each with bias and ReLU.
 *
 * Source: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016, section 3.2.
 */
export interface FireLayer {
  readonly kind: 'fire'
  readonly name: string
  /** Of its input, between, and of each of the two that its output is made of. */
  readonly channels: { readonly in: number; readonly squeeze: number; readonly expand1x1: number; readonly expand3x3: number }
}

/** One row of the table. */
export type TableLayer = ConvolutionLayer | PoolingLayer | FireLayer

/** A network: its name, its layers, and their aliases. */
export interface NetworkTable {
  readonly name: string
  readonly layers: readonly TableLayer[]
  readonly aliases: Readonly<Record<string, { readonly layer: string; readonly activation?: 'pre' }>>
}

/** At stride 1, padded so that the size stays. */
export const SAME: Window = { stride: 1, padding: 'same' }

/** The convolutions that a fire module is made of. */
export const fireConvolutions = ({
  name,
  channels,
}: FireLayer): readonly [squeeze: ConvolutionLayer, expand1x1: ConvolutionLayer, expand3x3: ConvolutionLayer] => {
  const part = (of: string, size: number, from: number, to: number): ConvolutionLayer => ({
    kind: 'convolution',
    name: `${name}/${of}`,
    size,
    window: SAME,
    channels: { in: from, out: to },
  })
  return [
    part('squeeze', 1, channels.in, channels.squeeze),
    part('expand1x1', 1, channels.squeeze, channels.expand1x1),
    part('expand3x3', 3, channels.squeeze, channels.expand3x3),
  ]
}

/** Every convolution of a network, in the order in which they run. */
export const convolutionsOf = ({ layers }: NetworkTable): readonly ConvolutionLayer[] =>
  layers.flatMap((layer) => (layer.kind === 'convolution' ? [layer] : layer.kind === 'fire' ? fireConvolutions(layer) : []))
