/**
 * A worker on @blazediff/ssim, which compares the luma of bytes.
 */
import { readFile } from 'node:fs/promises'
import type { Needs, Numbers } from '../workload.js'
import type { Requests } from '../worker.js'
import { bytePair } from './bytePair.js'
import { residentPeak } from './memory.js'
import { numbersOf } from './numbers.js'
import { medianOfRound, stopwatch, WARM_STEPS } from './rounds.js'
import { serve } from './serve.js'
import { startedWorkloads } from './startedWorkloads.js'

/** Each of the package's programs; it need not be installed. */
interface Program {
  readonly default: (first: Uint8Array, second: Uint8Array, map: undefined, width: number, height: number) => number
}

const started = startedWorkloads<() => number>()

const start = async (): Promise<Requests['start']['answer']> => {
  const text = await readFile(new URL('../node_modules/@blazediff/ssim/package.json', import.meta.url), 'utf8')
  return { version: `@blazediff/ssim ${(JSON.parse(text) as { readonly version: string }).version}` }
}

const setup = async (ask: Requests['setup']['ask']): Promise<Numbers> => {
  const { default: similarity } = (await import(`../node_modules/@blazediff/ssim/dist/${ask.loss.replace('luma ', '')}.mjs`)) as Program
  const { first, second } = bytePair(ask)
  const step = (): number => similarity(first.data as Uint8Array, second.data as Uint8Array, undefined, ask.side, ask.side)
  started.put(ask.key, step)
  for (let i = 0; i < WARM_STEPS; i++) step()
  return numbersOf(step(), new Float32Array(), new Float32Array())
}

const timed = async ({ key }: Requests['step']['ask']): Promise<Requests['step']['answer']> => {
  const step = started.get(key)
  const timeOf = (): Promise<number> => {
    const milliseconds = stopwatch()
    step()
    return Promise.resolve(milliseconds())
  }
  return { milliseconds: await medianOfRound(timeOf) }
}

const needs = async ({ key }: Requests['needs']['ask']): Promise<Needs> => ({ residentBytes: await residentPeak(started.get(key)) })

const end = (): Promise<Readonly<Record<string, never>>> => {
  started.take()
  return Promise.resolve({})
}

await serve({ start, setup, step: timed, needs, end })
