/** How a loss falls, a point a step, on a logarithmic scale: values at the side, steps below. */
import type { JSX } from 'preact'
import { short } from './numbers.js'

const WIDTH = 320
const HEIGHT = 160
/** Where the line is drawn; the rest is for the labels. */
const PLOT = { left: 62, right: 312, top: 10, bottom: 136 }

export const Curve = ({ values }: { readonly values: readonly number[] }): JSX.Element | null => {
  const logs = values.map((value) => Math.log10(Math.max(value, 1e-12)))
  if (logs.length < 2) return null
  const [least, most] = [Math.min(...logs), Math.max(...logs)]
  const yOf = (log: number): number => PLOT.top + ((PLOT.bottom - PLOT.top) * (most - log)) / (most - least || 1)
  const points = logs.map((log, i) => `${(PLOT.left + ((PLOT.right - PLOT.left) * i) / (logs.length - 1)).toFixed(1)},${yOf(log).toFixed(1)}`)
  return (
    <svg
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      role="img"
      aria-label={`The loss over ${String(values.length)} steps, from ${short(values[0] ?? 0)} to ${short(values.at(-1) ?? 0)}`}
    >
      {(most === least ? [most] : [most, (most + least) / 2, least]).map((log) => (
        <g key={log}>
          <line class="grid" x1={PLOT.left} x2={PLOT.right} y1={yOf(log)} y2={yOf(log)} />
          <text x={PLOT.left - 6} y={yOf(log) + 4} text-anchor="end">
            {short(Number((10 ** log).toPrecision(3)))}
          </text>
        </g>
      ))}
      <text x={PLOT.left} y={HEIGHT - 8} text-anchor="start">
        1
      </text>
      <text x={(PLOT.left + PLOT.right) / 2} y={HEIGHT - 8} text-anchor="middle">
        step
      </text>
      <text x={PLOT.right} y={HEIGHT - 8} text-anchor="end">
        {values.length}
      </text>
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" stroke-width="2.5" stroke-linejoin="round" />
    </svg>
  )
}
