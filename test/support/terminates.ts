/** Runs what might never end. */
import { runInNewContext } from 'node:vm'

/** Far above what any of it takes, on any machine: it tells an endless loop from slow work, and asserts nothing about speed. */
const ENDLESS = 60_000

/** The result of a synchronous function, which is interrupted with an error where it does not end. */
export const terminates = <A>(f: () => A): A => runInNewContext('f()', { f }, { timeout: ENDLESS }) as A
