/** The scores of all matchers for the cases, kept beside the screenshots: a second run computes only what is new. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Judge } from './judges.js'
import type { Judged } from './outcomes.js'
import type { Case } from './screenshots.js'

/** A judge, and its judgement of each case. */
export interface Scored {
  readonly judge: Judge
  readonly cases: readonly (Case & Judged)[]
}

/** The score of each case by each judge. `log`: told what is computed. */
export const scoresOf = async (cases: readonly Case[], all: readonly Judge[], log: (line: string) => void): Promise<readonly Scored[]> => {
  const scored: Scored[] = []
  for (const judge of all) {
    const start = performance.now()
    const file = join(
      dirname(cases[0]?.picture ?? ''),
      `${[judge.name, judge.settings, judge.version ?? '']
        .join(' ')
        .trimEnd()
        .replaceAll(/[^\w.]+/g, '-')}.json`,
    )
    const known: Record<string, number> = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Record<string, number>) : {}
    const judged: (Case & Judged)[] = []
    for (const one of cases) {
      const score = (known[basename(one.picture)] ??= await judge.score(one.reference, one.picture))
      judged.push({ ...one, score })
    }
    await writeFile(file, JSON.stringify(known))
    scored.push({ judge, cases: judged })
    log(`${judge.name} ${judge.settings}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
  }
  return scored
}
