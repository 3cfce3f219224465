/**
 * A network as a table of layers, shallow to deep.
 */

/** A convolution with bias and ReLU; stride 1, padded so that the size stays. */
export interface ConvolutionLayer {
  readonly kind: 'convolution'
  readonly name: string
  readonly size: number
  readonly channels: { readonly in: number; readonly out: number }
}

/** Pooling by 2. */
export interface PoolingLayer {
  readonly kind: 'pooling'
  readonly name: string
}

/** One row of the table. */
export type TableLayer = ConvolutionLayer | PoolingLayer

/** A network: its name, its layers, and the other names they go by. */
export interface NetworkTable {
  readonly name: string
  readonly layers: readonly TableLayer[]
  readonly aliases: Readonly<Record<string, { readonly layer: string; readonly activation?: 'pre' }>>
}
