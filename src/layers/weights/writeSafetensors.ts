/**
 * Writes safetensors files of float32 tensors.
 *
 * Source: the format's description in the safetensors repository's README.
 */

/** A tensor with its name. */
export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** The file's bytes; its data start at a multiple of 8. */
export const writeSafetensors = (tensors: readonly NamedTensor[], metadata: Readonly<Record<string, string>> = {}): Uint8Array => {
  let end = 0
  const entries = tensors.map(({ name, shape, values }) => {
    const start = end
    end += values.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const
  })
  const text = JSON.stringify(Object.fromEntries([['__metadata__', metadata] as const, ...entries]))
  const header = new TextEncoder().encode(text)
  const length = Math.ceil(header.length / 8) * 8
  const file = new Uint8Array(8 + length + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true)
  file.set(header, 8)
  file.fill(0x20, 8 + header.length, 8 + length)
  tensors.forEach(({ values }, i) => {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 8 + length + (entries[i]?.[1].data_offsets[0] ?? 0))
  })
  return file
}
