/** The study's results: a table, the curves of all bounds, and the cases that toLookLike judges wrongly by default. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { area, best, curve, outcomeOf, type Judged, type Outcome } from './outcomes.js'
import { rocPicture } from './rocPicture.js'
import type { Scored } from './scores.js'
import { chromiumVersion, type Case } from './screenshots.js'

/** One row per matcher, at its best settings and bound. */
export const summary = (scored: readonly Scored[]): string => {
  const lines = shown(scored).map((chosen) => {
    const { bound, caught, falseAlarms } = best(chosen.cases)
    const odd = outcomeOf(held(chosen.cases), bound)
    const settings = chosen.judge.settings === '' ? '' : `, ${chosen.judge.settings}`
    const cells = [
      `${chosen.judge.name}${settings}`,
      `${boundText(bound)} ${chosen.judge.unit}`,
      `${String(caught)} of ${share(chosen.cases, true)}`,
      `${String(falseAlarms)} of ${share(chosen.cases, false)}`,
    ]
    return [...cells, `${String(odd.caught)}, ${String(odd.falseAlarms)}`, area(chosen.cases).toFixed(3)]
  })
  const [defaults] = scored
  const asIs = defaults === undefined ? [] : [defaultRow(defaults)]
  const head = ['matcher', 'bound', 'caught', 'false alarms', 'of the odd cases', 'area']
  return [head, head.map(() => '---'), ...asIs, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const defaultRow = ({ cases }: Scored): readonly string[] => {
  const [all, odd] = [outcomeOf(cases, 1), outcomeOf(held(cases), 1)]
  return [
    '**toLookLike, by default**',
    'its default',
    `**${String(all.caught)}** of ${share(cases, true)}`,
    `**${String(all.falseAlarms)}** of ${share(cases, false)}`,
    `${String(odd.caught)}, ${String(odd.falseAlarms)}`,
    area(cases).toFixed(3),
  ]
}

/** Every second case: those that took no part in choosing toLookLike's defaults. */
const held = (cases: readonly Judged[]): readonly Judged[] => cases.filter((_, i) => i % 2 === 0)

const share = (cases: readonly Judged[], wanted: boolean): string => String(cases.filter(({ regression }) => regression === wanted).length)

const boundText = (bound: number): string => (bound < 1000 && !Number.isInteger(bound) ? String(Number(bound.toPrecision(3))) : String(Math.round(bound)))

const byName = (scored: readonly Scored[]): ReadonlyMap<string, readonly Scored[]> => {
  const names = new Map<string, Scored[]>()
  for (const one of scored) names.set(one.judge.name, [...(names.get(one.judge.name) ?? []), one])
  return names
}

/** All of toLookLike's, and the strongest settings of each other matcher. */
const shown = (scored: readonly Scored[]): readonly Scored[] => [...byName(scored)].flatMap(([name, all]) => (name === 'toLookLike' ? all : [strongest(all)]))

/** The settings that catch the most for their false alarms. */
const strongest = (all: readonly Scored[]): Scored => {
  const gain = ({ cases }: Scored): number => {
    const { caught, falseAlarms } = best(cases)
    return caught - falseAlarms
  }
  return all.reduce((a, b) => (gain(b) > gain(a) ? b : a))
}

const COLOURS = ['#d62728', '#f7a8a8', '#e377c2', '#1f77b4', '#2ca02c', '#9467bd', '#ff7f0e']

/** The picture of the curves, each matcher at its best settings. */
export const curves = (scored: readonly Scored[]): string => {
  const lines = shown(scored).map(({ judge, cases }, i) => {
    const outcomes: readonly Outcome[] = curve(cases)
    return { name: judge.settings === '' ? judge.name : `${judge.name}, ${judge.settings}`, outcomes, colour: COLOURS[i % COLOURS.length] ?? '#000' }
  })
  return rocPicture(lines, Number(share(scored[0]?.cases ?? [], true)))
}

/** What toLookLike judges wrongly by default: regressions that it misses, then false alarms, the worst first. */
export const wrong = ([defaults]: readonly Scored[]): readonly (Case & Judged)[] => {
  const all = defaults?.cases ?? []
  const missed = all.filter(({ regression, score }) => regression && score <= 1).sort((a, b) => a.score - b.score)
  return [...missed, ...all.filter(({ regression, score }) => !regression && score > 1).sort((a, b) => b.score - a.score)]
}

/** The date, and the versions of all that took part. */
export const conditions = async (): Promise<string> => {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string }>>
  }
  const version = (name: string): string => lock.packages[`node_modules/${name}`]?.version ?? 'not installed'
  const playwright = (createRequire(import.meta.url)('playwright-core/package.json') as { readonly version: string }).version
  const peers = [`pixelmatch ${version('pixelmatch')}`, `odiff ${version('@odiff/linux-x64')}`, `ssim.js ${version('ssim.js')}`, `Playwright ${playwright}`]
  return `Measured on ${new Date().toISOString().slice(0, 10)} with Chromium ${await chromiumVersion()}, ${peers.join(', ')}.`
}
