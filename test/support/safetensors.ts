/** Writes a safetensors file of float32 tensors, for tests. */
export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** The file's bytes. */
export const safetensors = (tensors: readonly NamedTensor[], metadata: Readonly<Record<string, string>> = {}): Uint8Array => {
  let at = 0
  const entries = tensors.map(({ name, shape, values }) => {
    const start = at
    at += values.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [start, at] }] as const
  })
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries([['__metadata__', metadata] as const, ...entries])))
  const file = new Uint8Array(8 + header.length + at)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  tensors.forEach(({ values }, i) =>
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 8 + header.length + (entries[i]?.[1].data_offsets[0] ?? 0)),
  )
  return file
}
