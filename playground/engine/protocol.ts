/** What the page and its worker say to each other. */
import type { BreakdownRow, LossDocument } from 'perceptual-loss'
import type { NetworkName } from '../loss/layers.js'
import type { Size } from './resample.js'

/** What can compute, best first. */
export const BACKENDS = ['webgpu', 'webgl', 'wasm', 'cpu'] as const
export type BackendName = (typeof BACKENDS)[number]

/** A picture as a canvas has it: RGBA, a byte each, laid on white. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
  /** The size of its file, if the page had to reduce it. */
  readonly reducedFrom?: { readonly width: number; readonly height: number }
}

/** The pictures of a loss: the one that is judged, and those that it is compared with, by their names. */
export interface Pictures {
  readonly prediction: Picture
  readonly references: Readonly<Record<string, Picture>>
}

/** How a picture of another shape is brought to the target's: scaled with other proportions, scaled and cut off, or scaled and padded with white. */
export const SHAPINGS = ['fit', 'crop', 'pad'] as const
export type Shaping = (typeof SHAPINGS)[number]

/** The longest side, in pixels, that pictures are scaled down to; 'full' computes every pixel. */
export type Side = number | 'full'

/** The limits of a computation. */
export interface Limits {
  readonly side: Side
  readonly shaping: Shaping
  /** Bytes of tensors at the peak of a step, those of the networks included. */
  readonly bytes: number
}

/** How a picture is optimised. */
export interface Descent {
  readonly from: 'prediction' | 'noise' | 'grey'
  readonly steps: number
  readonly rate: number
}

/** What the page asks. */
export type Ask =
  | { readonly kind: 'start'; readonly backend: BackendName | 'best' }
  /** Networks that a loss will soon need; and the loss, if the network is to be put onto the backend for it, too. */
  | { readonly kind: 'prefetch'; readonly networks: readonly NetworkName[]; readonly loss?: 'lpips' }
  | { readonly kind: 'pictures'; readonly pictures: Pictures }
  | { readonly kind: 'evaluate'; readonly id: number; readonly loss: LossDocument; readonly limits: Limits }
  | { readonly kind: 'optimise'; readonly id: number; readonly loss: LossDocument; readonly limits: Limits; readonly descent: Descent }
  /** The loss as an ONNX file for pictures of this size. It ends nothing and waits for what is being computed; `id` counts files alone. */
  | { readonly kind: 'onnx'; readonly id: number; readonly loss: LossDocument; readonly size: Size }
  | { readonly kind: 'cancel' }

/** A backend that was looked at: chosen, or passed over. */
export interface Tried {
  readonly name: BackendName
  readonly chosen: boolean
  readonly reason: string
}

/** What computes. */
export interface Started {
  readonly backend: BackendName
  readonly reason: string
  readonly threads: number
  readonly tried: readonly Tried[]
}

/** The size at which a loss is computed, and the bytes of tensors that it takes at its peak. */
export interface Fitted {
  readonly width: number
  readonly height: number
  readonly bytes: number
  /** Whether `bytes` is an upper bound: nothing was measured, because the budget is far away. */
  readonly atMost?: boolean
  /** How many tiles the picture is computed in; absent if it is computed as a whole. */
  readonly tiles?: number
}

/** A network that is being downloaded, in bytes. */
export interface Download {
  readonly network: NetworkName
  readonly received: number
  readonly total: number
}

/** What the worker answers. */
export type Answer =
  | ({ readonly kind: 'started' } & Started)
  /** The question has arrived; what the worker does for the one before it ends soon. */
  | { readonly kind: 'heard'; readonly id: number }
  | ({ readonly kind: 'loading' } & Download)
  /** The files that the worker has loaded since it last said so. */
  | { readonly kind: 'files'; readonly urls: readonly string[] }
  | { readonly kind: 'doing'; readonly id: number; readonly what: string }
  | { readonly kind: 'value'; readonly id: number; readonly rows: readonly BreakdownRow[]; readonly fitted: Fitted; readonly milliseconds: number }
  | { readonly kind: 'heat'; readonly id: number; readonly heat: Float32Array; readonly fitted: Fitted }
  | { readonly kind: 'step'; readonly id: number; readonly step: number; readonly value: number; readonly picture: Picture }
  /** A file, or why there is none. */
  | { readonly kind: 'onnx'; readonly id: number; readonly file: Uint8Array<ArrayBuffer> | undefined; readonly problem: string | undefined }
  | { readonly kind: 'done'; readonly id: number; readonly cancelled: boolean }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
