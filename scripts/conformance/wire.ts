/** Results as text, from a browser or a process: JSON with gradients as base64 of float32. */
import type { Measured } from './measure.js'

/** A result as JSON has it; the value as text, for it may be NaN. */
export type Wire = Omit<Measured, 'value' | 'gradient'> & { readonly value: string; readonly gradient: string }

const CHUNK = 0x8000

export const toWire = ({ value, gradient, ...rest }: Measured): Wire => {
  const bytes = new Uint8Array(gradient.buffer, gradient.byteOffset, gradient.byteLength)
  const parts = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, i) => String.fromCharCode(...bytes.subarray(i * CHUNK, (i + 1) * CHUNK)))
  return { ...rest, value: String(value), gradient: btoa(parts.join('')) }
}

export const fromWire = ({ value, gradient, ...rest }: Wire): Measured => ({
  ...rest,
  value: Number(value),
  gradient: new Float32Array(Uint8Array.from(atob(gradient), (letter) => letter.charCodeAt(0)).buffer),
})
