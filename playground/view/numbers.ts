/** Numbers as people read them. */

/** Four digits that count; powers of ten where there would be many noughts. */
export const short = (value: number): string => {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(3)
  return String(Number(value.toPrecision(4)))
}

/** A part of the whole. */
export const percent = (share: number): string => (share > 0 && share < 5e-4 ? '< 0.1 %' : `${(100 * share).toFixed(1)} %`)

/** Bytes, as people say them. */
export const bytes = (count: number): string => (count >= 1e9 ? `${(count / 1e9).toFixed(1)} GB` : `${String(Math.round(count / 1e6))} MB`)

/** A size in pixels. */
export const pixels = ({ width, height }: { readonly width: number; readonly height: number }): string => `${String(width)} × ${String(height)}`

const megabytes = (count: number): string => (count / 1e6).toFixed(1)

/** How much of a download has arrived. */
export const downloaded = (received: number, total: number): string => `${megabytes(received)} of ${megabytes(total)} MB`
