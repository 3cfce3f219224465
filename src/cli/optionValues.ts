/** Parses and checks the values of options; each error is one line for the user. */
import { suggestion } from '../node/suggestion.js'
import { UsageError } from './usageError.js'

/** A whole number within bounds. */
export const whole = (name: string, received: string, min: number, max: number): number => {
  const value = Number(received)
  if (received.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new UsageError(`${name}: received '${received}', expected a whole number from ${String(min)} to ${String(max)}.`)
}

/** A number, 0 or more. */
export const weight = (name: string, received: string): number => {
  const value = Number(received)
  if (received.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new UsageError(`${name}: received '${received}', expected a number, 0 or more.`)
}

/** A number above 0. */
export const above0 = (name: string, received: string): number => {
  const value = Number(received)
  if (received.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new UsageError(`${name}: received '${received}', expected a number above 0.`)
}

/** An amount of memory as the library takes it: 1GiB, or a number of bytes. */
export const memory = (name: string, received: string): string | number => {
  const amount = /^(\d+(?:\.\d+)?) ?((?:[KMG]i)?B)?$/.exec(received.trim())
  if (amount !== null && Number(amount[1]) > 0 && (amount[2] !== undefined || Number.isInteger(Number(amount[1]))))
    return amount[2] === undefined ? Number(amount[1]) : amount[0]
  throw new UsageError(`${name}: received '${received}', expected an amount such as 512MiB or 1GiB.`)
}

/** One of the known words, in upper or lower case. */
export const among = <const N extends string>(name: string, received: string, known: readonly N[]): N => {
  const found = known.find((one) => one.toLowerCase() === received.toLowerCase())
  if (found === undefined) throw new UsageError(`${name}: received '${received}', expected one of ${known.join(', ')}.${suggestion(received, known)}`)
  return found
}

const SIZE = 'a size in pixels, such as 256 or 720x1280 (height x width)'

const sidesOf = (received: string): readonly [height: number, width: number] | undefined => {
  const [, height = '', width = height] = /^(\d{1,5})(?:\s*x\s*(\d{1,5}))?$/.exec(received.trim()) ?? []
  return Number(height) > 0 && Number(width) > 0 ? [Number(height), Number(width)] : undefined
}

const unfit = (name: string, received: string, expected: string): never => {
  throw new UsageError(`${name}: received '${received}', expected ${expected}.`)
}

/** Two sides, as 256 or 720x1280 (height x width). */
export const size = (name: string, received: string): readonly [height: number, width: number] => sidesOf(received) ?? unfit(name, received, SIZE)

/** Two sides, or any. */
export const sizeOrAny = (name: string, received: string): readonly [height: number | 'any', width: number | 'any'] =>
  received.trim().toLowerCase() === 'any' ? ['any', 'any'] : (sidesOf(received) ?? unfit(name, received, `${SIZE}, or any for all sizes`))
