/** --max lpips=0.1 and --min ssim=0.95: what a picture must keep to. */
import { lossName, type NamedLoss } from '../namedLosses.js'
import { UsageError } from '../usageError.js'

/** A bound on a loss' reported number. */
export interface Limit {
  readonly option: 'max' | 'min'
  readonly name: string
  readonly bound: number
}

/** The limits of one of the two options. */
export const limitsOf = (option: Limit['option'], given: readonly string[]): readonly Limit[] =>
  given.map((text) => {
    const [, name = '', number = ''] = /^(.*)=([^=]*)$/.exec(text) ?? []
    const bound = number.trim() === '' ? Number.NaN : Number(number)
    if (name === '' || !Number.isFinite(bound)) throw new UsageError(`--${option}: received '${text}', expected LOSS=NUMBER, such as ${EXAMPLES[option]}.`)
    return { option, name: lossName(name), bound }
  })

const EXAMPLES: Readonly<Record<Limit['option'], string>> = { max: 'lpips=0.1', min: 'psnr=30' }

/** Throws where a limit bounds the good side: a similarity from above, a distance from below. */
export const checkLimits = (limits: readonly Limit[], losses: readonly NamedLoss[]): void => {
  for (const { option, name } of limits) {
    const { similarity = false } = losses.find((loss) => loss.name === name) ?? {}
    if (similarity && option === 'max') throw new UsageError(`--max ${name}: the larger ${name}, the more alike; --min ${name}=... bounds it.`)
    if (!similarity && option === 'min') throw new UsageError(`--min ${name}: the smaller ${name}, the more alike; --max ${name}=... bounds it.`)
  }
}

/** What of these scores is past a limit, in words. NaN is past every one. */
export const pastLimits = (limits: readonly Limit[], scores: Readonly<Record<string, number | undefined>>): readonly string[] =>
  limits.flatMap(({ option, name, bound }) => {
    const score = scores[name]
    if (score === undefined) return [`${name} could not be measured`]
    const within = option === 'max' ? score <= bound : score >= bound
    return within ? [] : [`${name} is ${String(Number(score.toPrecision(4)))}, ${option === 'max' ? 'more' : 'less'} than ${String(bound)}`]
  })
