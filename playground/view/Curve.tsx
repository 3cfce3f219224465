/** How a loss falls, a point a step, on a logarithmic scale. */
import type { JSX } from 'preact'
import { short } from './numbers.js'

const WIDTH = 320
const HEIGHT = 120
const EDGE = 4

export const Curve = ({ values }: { readonly values: readonly number[] }): JSX.Element | null => {
  const logs = values.map((value) => Math.log10(Math.max(value, 1e-12)))
  if (logs.length < 2) return null
  const [least, most] = [Math.min(...logs), Math.max(...logs)]
  const points = logs.map((log, i) => {
    const x = EDGE + ((WIDTH - 2 * EDGE) * i) / (logs.length - 1)
    const y = EDGE + ((HEIGHT - 2 * EDGE) * (most - log)) / (most - least || 1)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return (
    <svg
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      role="img"
      aria-label={`The loss over ${String(values.length)} steps, from ${short(values[0] ?? 0)} to ${short(values.at(-1) ?? 0)}`}
    >
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" stroke-width="2.5" stroke-linejoin="round" />
    </svg>
  )
}
