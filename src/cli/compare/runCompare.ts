/** Compares pictures: from the arguments of a command to its exit status. */
import { LossException } from '../../index.js'
import { messageAbout } from '../errorsByFile.js'
import { EXIT } from '../exitStatus.js'
import { catchInterrupt } from '../interrupt.js'
import { namedLoss, takesChannels, type NamedLoss } from '../namedLosses.js'
import { printable } from '../printable.js'
import type { Output } from '../output.js'
import { progressBar, type Progress } from '../progressBar.js'
import { UsageError } from '../usageError.js'
import { compileLosses, namedLosses } from './compiledLosses.js'
import { reusedMemory } from './batches.js'
import { checkLimits, pastLimits, type Limit } from './scoreLimits.js'
import { measureAll, type ComparedLoss, type LeftOut, type Measured } from './measurePairs.js'
import { pairsOf, type Pair } from './pairs.js'
import { prepare, type Refused } from './preparePair.js'
import { printer, type Failed, type Format } from './printScores.js'
import { readAhead } from './readAhead.js'
import type { Result } from './scoreTable.js'

/** The arguments of the command. */
export interface Comparison {
  readonly pictures: readonly string[]
  /** Losses by name or JSON file; empty for the default ones. */
  readonly losses: readonly string[]
  readonly limits: readonly Limit[]
  readonly weights: readonly string[]
  readonly resize: boolean
  readonly format: Format
  readonly backend: string
  /** The most memory for tiles: bytes, or text such as 1GiB; undefined for no tiles. */
  readonly memory: string | number | undefined
  /** Pixels cropped from each edge of both pictures. */
  readonly crop: number
  readonly channels: 'rgb' | 'y'
  /** The largest PSNR in dB; undefined for none. */
  readonly cap: number | undefined
}

/** Compares, prints, and returns the exit status: `failed` if a picture could not be compared, `apart` if a limit is exceeded, 130 after Ctrl-C. */
export const compare = async (asked: Comparison, output: Output): Promise<number> => {
  const losses = await lossesOf(asked)
  checkLimits(asked.limits, losses)
  const { pairs, alone } = await pairsOf(asked.pictures)
  const bar = progressBar(pairs.length, output.terminal, output.progress)
  const leftOut: string[] = []
  const tiles = asked.memory === undefined ? undefined : { memory: asked.memory, progress: bar.say, leftOut: (sentence: string) => void leftOut.push(sentence) }
  const optional = ({ name }: NamedLoss): boolean => asked.losses.length === 0 && asked.limits.every((limit) => limit.name !== name)
  const compiled = await compileLosses(losses, { ...asked, tiles, loading: bar.say }, optional)
  const status = await compareAll(pairs, compiled, asked, bar, output)
  for (const words of leftOut) output.err(`perceptual-loss: ${words}`)
  for (const words of alone) output.err(`perceptual-loss: ${printable(words)}`)
  return status !== STOPPED && alone.length > 0 ? EXIT.failed : status
}

/** The requested losses, and those named by limits. */
const lossesOf = async ({ losses, limits, channels, cap }: Comparison): Promise<readonly NamedLoss[]> => {
  const reporting = { channels, cap }
  const shown = await namedLosses(losses, reporting)
  const more = [...new Set(limits.map(({ name }) => name))].filter((name) => !shown.some((loss) => loss.name === name))
  const all = [...shown, ...(await Promise.all(more.map((name) => namedLoss(name, reporting))))]
  if (channels === 'y' && !all.some(({ name }) => takesChannels(name)))
    throw new UsageError(`--channels y does not apply to ${all.map(({ name }) => name).join(', ')}; it applies to psnr, ssim and ms-ssim.`)
  if (cap !== undefined && !all.some(({ name }) => name === 'psnr'))
    throw new UsageError(`--psnr-cap ${String(cap)}: psnr is not among ${all.map(({ name }) => name).join(', ')}; add --loss psnr.`)
  return all
}

const STOPPED = 130

/** The exit status of the pairs: failures outweigh exceeded limits. */
const compareAll = async (pairs: readonly Pair[], losses: readonly ComparedLoss[], asked: Comparison, bar: Progress, output: Output): Promise<number> => {
  const interrupt = catchInterrupt()
  const print = printer(asked.format, losses, output)
  const words: string[] = []
  const leftOut: LeftOut[] = []
  let [done, status]: [number, number] = [0, EXIT.done]
  // Tiles bound the memory, and so do pairs one at a time.
  const memory = reusedMemory()
  for await (const group of readAhead(pairs, (pair) => prepare(pair, asked), asked.memory === undefined)) {
    for await (const measured of measureAll(group, losses, interrupt.asked, memory)) {
      const result = resultOf(measured, asked.limits)
      print.result(result)
      words.push(...('scores' in result ? [...result.surprises, ...result.past.map((past) => `${result.picture}: ${past}.`)] : [result.error.message]))
      if ('scores' in result) leftOut.push(...(result.leftOut ?? []))
      status = Math.max(status, 'error' in result ? EXIT.failed : result.past.length > 0 ? EXIT.apart : EXIT.done)
      bar.show(++done, result.picture)
    }
    if (interrupt.asked()) break
  }
  bar.end()
  interrupt.release()
  print.end()
  for (const sentence of new Set([...words, ...leftOutLines(leftOut)])) output.err(`perceptual-loss: ${printable(sentence)}`)
  if (done === pairs.length) return status
  output.err(`perceptual-loss: stopped after ${String(done)} of ${String(pairs.length)} pairs.`)
  return STOPPED
}

/** One line per loss: why it was skipped for the first pair, and for how many others. */
const leftOutLines = (all: readonly LeftOut[]): readonly string[] =>
  [...new Set(all.map(({ title }) => title))].map((title) => {
    const [first, ...others] = all.filter((one) => one.title === title)
    return `${title} was left out: ${first?.message ?? ''}${others.length === 0 ? '' : ` It was also left out of ${String(others.length)} more pairs.`}`
  })

const resultOf = (measured: Measured | Refused, limits: readonly Limit[]): Result | Failed => {
  if (!('problem' in measured)) return { ...measured, past: pastLimits(limits, measured.scores) }
  const { files, problem } = measured
  if (problem instanceof UsageError) throw problem
  if (problem instanceof LossException)
    return { ...files, error: { tag: problem.error._tag, message: messageAbout(problem, [files.picture, files.reference]) } }
  if (problem instanceof Error) return { ...files, error: { tag: 'Unexpected', message: problem.message } }
  throw problem
}
