/** --max lpips=0.1 and --min ssim=0.95: limits for the scores. */
import { lossName, type NamedLoss } from '../namedLosses.js'
import { UsageError } from '../usageError.js'

/** A bound on a reported score. */
export interface Limit {
  readonly option: 'max' | 'min'
  readonly name: string
  readonly bound: number
}

/** The limits of one of the two options. */
export const limitsOf = (option: Limit['option'], given: readonly string[]): readonly Limit[] =>
  given.map((text) => ({ option, ...boundOf(`--${option}`, text, EXAMPLES[option]) }))

const EXAMPLES: Readonly<Record<Limit['option'], string>> = { max: 'lpips=0.1', min: 'psnr=30' }

/** The score and the number of LOSS=NUMBER. */
export const boundOf = (option: string, text: string, example: string): Pick<Limit, 'name' | 'bound'> => {
  const [, name = '', number = ''] = /^(.*)=([^=]*)$/.exec(text) ?? []
  const bound = number.trim() === '' ? Number.NaN : Number(number)
  if (name === '' || !Number.isFinite(bound)) throw new UsageError(`${option}: received '${text}', expected LOSS=NUMBER, such as ${example}.`)
  return { name: lossName(name), bound }
}

/** Throws if a limit bounds the wrong side: a similarity from above, or a distance from below. */
export const checkLimits = (limits: readonly Limit[], losses: readonly NamedLoss[]): void => {
  for (const { option, name } of limits) {
    const { similarity = false } = losses.find((loss) => loss.name === name) ?? {}
    if (similarity && option === 'max') throw new UsageError(`--max ${name}: higher ${name} is more similar; use --min ${name}=...`)
    if (!similarity && option === 'min') throw new UsageError(`--min ${name}: lower ${name} is more similar; use --max ${name}=...`)
  }
}

/** The limits that these scores exceed, in words. NaN exceeds every limit. */
export const pastLimits = (limits: readonly Limit[], scores: Readonly<Record<string, number | undefined>>): readonly string[] =>
  limits.flatMap(({ option, name, bound }) => {
    const score = scores[name]
    if (score === undefined) return [`${name} could not be measured`]
    const within = option === 'max' ? score <= bound : score >= bound
    return within ? [] : [`${name} is ${String(Number(score.toPrecision(4)))}, ${option === 'max' ? 'more' : 'less'} than ${String(bound)}`]
  })
