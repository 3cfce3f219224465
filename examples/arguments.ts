/** Command line arguments, read and checked; what is wrong is one line for the person who asked. */
import { parseArgs, type ParseArgsConfig } from 'node:util'

/** Something asked for that is not there; its message is one line for the person who asked. */
export class UsageError extends Error {}

/** The values of the options; throws a UsageError. */
export const parsed = <const O extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: O) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/, 1)
    throw new UsageError(`${sentence ?? ''}; --help lists the options.`)
  }
}

export const whole = (name: string, came: string, min: number, max: number): number => {
  const value = Number(came)
  if (came.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new UsageError(`${name} came as '${came}'; expected a whole number from ${String(min)} to ${String(max)}.`)
}

export const weight = (name: string, came: string): number => {
  const value = Number(came)
  if (came.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new UsageError(`${name} came as '${came}'; expected a number, 0 or more.`)
}

export const among = <const N extends string>(name: string, came: string, known: readonly N[]): N => {
  const found = known.find((one) => one === came)
  if (found === undefined) throw new UsageError(`${name} came as '${came}'; expected one of ${known.join(', ')}.`)
  return found
}
