/**
 * The curves of docs/choosing-a-metric.md as SVG: for each loss of a group a small panel with a line for each change, the axes everywhere the same.
 *
 * As wide as a phone, in the colours of the reader's theme.
 */
import { changes, type ChangeName } from './changes.js'
import type { Sensitivity } from './sensitivity.js'

const WIDTH = 352
const COLUMNS = 2
const MARGIN = 10
/** A panel's plot, and what is around it: the numbers of the axis, its name above. */
const PLOT = { left: 28, top: 22, width: 132, height: 100 }
const PANEL = { width: (WIDTH - 2 * MARGIN) / COLUMNS, height: PLOT.top + PLOT.height + 10 }
/** Where the panels begin, below title and legend. */
const TOP = 118
const TICKS = [0.01, 0.1, 1, 10, 100]
/** A little more than the ticks. */
const LIMITS = { low: Math.log10(0.007), high: Math.log10(140) }

/** Colours for a light and a dark page that the colour-blind tell apart (Okabe and Ito), and a mark for each. */
const LOOKS: Readonly<Partial<Record<ChangeName, { readonly light: string; readonly dark: string; readonly mark: string }>>> = {
  shift: { light: '#0072b2', dark: '#56b4e9', mark: 'M-2.4,0a2.4,2.4 0 1 0 4.8,0a2.4,2.4 0 1 0 -4.8,0z' },
  noise: { light: '#d55e00', dark: '#ff9142', mark: 'M-2.2,-2.2h4.4v4.4h-4.4z' },
  blur: { light: '#00835f', dark: '#2fd1a0', mark: 'M0,-3L2.8,2.2H-2.8z' },
  darker: { light: '#333333', dark: '#e8e8e8', mark: 'M0,-3.1L3.1,0L0,3.1L-3.1,0z' },
  colour: { light: '#b04a91', dark: '#f09ad0', mark: 'M-3,-1h2v-2h2v2h2v2h-2v2h-2v-2h-2z' },
}

const style = (): string => {
  const colours = (theme: 'light' | 'dark'): string =>
    Object.entries(LOOKS)
      .map(([name, look]) => `.${name}{stroke:${look[theme]};fill:${look[theme]}}`)
      .join('')
  return [
    'text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#1f1b24}',
    '.title{font-size:14px;font-weight:600}.name{font-size:12px;font-weight:600}.tick{font-size:10px;fill:#5f5769}',
    'path,polyline{stroke-width:1.6}polyline{fill:none!important;stroke-linejoin:round}.mark{stroke:none!important}',
    '.page{fill:#fff}.grid{stroke:#e4dfea;stroke-width:1}.unit{stroke:#5f5769;stroke-width:1;stroke-dasharray:4 2}',
    colours('light'),
    `@media(prefers-color-scheme:dark){text{fill:#ece8f1}.tick{fill:#aaa1b6}.page{fill:#16131a}.grid{stroke:#38313f}.unit{stroke:#aaa1b6}${colours('dark')}}`,
  ].join('')
}

const short = (value: number): string => String(Number(value.toFixed(1)))

/** The height of a value in a plot. */
const heightOf = (value: number): number => (PLOT.height * (LIMITS.high - Math.log10(Math.max(value, 1e-4)))) / (LIMITS.high - LIMITS.low)

const text = (x: number, y: number, className: string, words: string, more = ''): string =>
  `<text x="${short(x)}" y="${short(y)}"${className === '' ? '' : ` class="${className}"`}${more}>${words}</text>`

const drawn = changes.flatMap(([name, change]) => (LOOKS[name] === undefined ? [] : [{ name, ...change }]))

const mark = (name: string, x: number, y: number): string => `<use href="#${name}" x="${short(x)}" y="${short(y)}" class="mark ${name}"/>`

/** The line of one change, cut off at the plot's frame, with a mark at each strength inside the frame. */
const line = (name: ChangeName, values: readonly number[]): string => {
  const points = values.map((value, i) => [((i + 0.5) * PLOT.width) / values.length, heightOf(value)] as const)
  return [
    `<polyline class="${name}" points="${points.map(([x, y]) => `${short(x)},${short(y)}`).join(' ')}"/>`,
    ...points.filter(([, y]) => y >= 0 && y <= PLOT.height).map(([x, y]) => mark(name, x, y)),
  ].join('')
}

/** One loss. */
export interface Panel {
  readonly name: string
  readonly lines: Sensitivity['changes']
}

const panel = ({ name, lines }: Panel, index: number): string => {
  const x = MARGIN + (index % COLUMNS) * PANEL.width
  const y = TOP + Math.floor(index / COLUMNS) * PANEL.height
  const ticks = TICKS.map((tick) => {
    const at = heightOf(tick)
    const grid = `<path class="${tick === 1 ? 'unit' : 'grid'}" d="M0,${short(at)}h${String(PLOT.width)}"/>`
    return { grid, label: text(x + PLOT.left - 4, y + PLOT.top + at + 3.5, 'tick', String(tick), ' text-anchor="end"') }
  })
  const frame = `<svg x="${short(x + PLOT.left)}" y="${short(y + PLOT.top)}" width="${String(PLOT.width)}" height="${String(PLOT.height)}">`
  return [
    text(x, y + PLOT.top - 7, 'name', name, name.length > 21 ? ` textLength="${String(PANEL.width - 4)}" lengthAdjust="spacingAndGlyphs"` : ''),
    ...ticks.map(({ label }) => label),
    `${frame}${ticks.map(({ grid }) => grid).join('')}${drawn.map((change) => line(change.name, lines[change.name])).join('')}</svg>`,
  ].join('\n')
}

const legend = (): readonly string[] => {
  const cell = (index: number): readonly [number, number] => [MARGIN + (index % COLUMNS) * PANEL.width, 46 + Math.floor(index / COLUMNS) * 17]
  const [x, y] = cell(drawn.length)
  return [
    ...drawn.flatMap(({ name, legend: words, strengths, unit }, i) => {
      const [left, middle] = cell(i)
      return [
        `<path class="${name}" d="M${String(left)},${String(middle)}h14"/>`,
        mark(name, left + 7, middle),
        text(left + 18, middle + 3.5, '', `${words} ${strengths.join(' ')} ${unit}`),
      ]
    }),
    `<path class="unit" d="M${String(x)},${String(y)}h14"/>`,
    text(x + 18, y + 3.5, '', 'JPEG of quality 50'),
  ]
}

/** The panels of a group of losses. */
export const sensitivityPicture = (title: string, panels: readonly Panel[]): string => {
  const height = TOP + Math.ceil(panels.length / COLUMNS) * PANEL.height + MARGIN
  const size = `width="${String(WIDTH)}" height="${String(height)}" viewBox="0 0 ${String(WIDTH)} ${String(height)}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">`,
    `<title>${title}: how far each change takes a photograph</title>`,
    `<style>${style()}</style>`,
    `<defs>${Object.entries(LOOKS)
      .map(([name, look]) => `<path id="${name}" d="${look.mark}"/>`)
      .join('')}</defs>`,
    '<rect class="page" width="100%" height="100%"/>',
    text(MARGIN, 24, 'title', title),
    ...legend(),
    text(MARGIN, 102, 'tick', 'Points are strengths, weak to strong. The value for the JPEG is 1.'),
    ...panels.map(panel),
    '</svg>',
    '',
  ].join('\n')
}
