/** Curves of outcomes as an SVG picture: regressions caught against false alarms. */
import type { Outcome } from './outcomes.js'

/** A matcher's curve. */
export interface Line {
  readonly name: string
  readonly outcomes: readonly Outcome[]
  readonly colour: string
}

const [LEFT, TOP, SIDE] = [60, 30, 420] as const

/** The picture. `most`: the number of regressions and of harmless cases. */
export const rocPicture = (lines: readonly Line[], most: number): string => {
  const x = (falseAlarms: number): string => (LEFT + (SIDE * falseAlarms) / most).toFixed(1)
  const y = (caught: number): string => (TOP + SIDE - (SIDE * caught) / most).toFixed(1)
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => Math.round(part * most))
  const grid = ticks.map(
    (tick) => `<path d="M${x(tick)} ${y(0)}V${y(most)}M${x(0)} ${y(tick)}H${x(most)}" stroke="#ddd"/>
<text x="${x(tick)}" y="${String(TOP + SIDE + 18)}" text-anchor="middle">${String(tick)}</text><text x="${String(LEFT - 8)}" y="${y(tick)}" dy="4" text-anchor="end">${String(tick)}</text>`,
  )
  const curves = lines.map(({ name, outcomes, colour }, i) => {
    const points = outcomes.map(({ falseAlarms, caught }, at) => {
      const before = outcomes[at - 1]
      return before === undefined ? `M${x(falseAlarms)} ${y(caught)}` : `L${x(falseAlarms)} ${y(caught)}`
    })
    const row = TOP + 14 + 22 * i
    return `<path d="${points.join('')}" fill="none" stroke="${colour}" stroke-width="2.5"/>
<path d="M${String(LEFT + SIDE + 24)} ${String(row)}h26" stroke="${colour}" stroke-width="3"/><text x="${String(LEFT + SIDE + 58)}" y="${String(row + 4)}">${name}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="880" height="500" viewBox="0 0 880 500" font-family="sans-serif" font-size="13" fill="#222">
<rect width="880" height="500" fill="#fff"/>
${grid.join('\n')}
<path d="M${x(0)} ${y(0)}L${x(most)} ${y(most)}" stroke="#999" stroke-dasharray="4 4"/>
${curves.join('\n')}
<text x="${String(LEFT + SIDE / 2)}" y="${String(TOP + SIDE + 40)}" text-anchor="middle">false alarms in ${String(most)} harmless re-renderings</text>
<text transform="translate(18 ${String(TOP + SIDE / 2)}) rotate(-90)" text-anchor="middle">caught of ${String(most)} regressions</text>
</svg>
`
}
