/**
 * Quick and full runs. `npm test` samples the slowest tests; `npm run test:full` sets FULL=true and runs every case of them, in CI on the native backend.
 */

/** Whether every case is run. */
export const full = process.env['FULL'] === 'true'

/** How often a property runs: `all` times in a full run, a twentieth of that in a quick one. */
export const runs = (all: number): number => (full ? all : Math.ceil(all / 20))

/** The pairs of golden pictures that a run compares: all in a full run; four small ones and a large one in a quick run. */
export const sampled = <Pair extends { readonly b: string }>(pairs: readonly Pair[]): readonly Pair[] =>
  full ? pairs : pairs.filter(({ b }) => /^(coffee|coffee_(blur|noise|black)|chelsea_noise)\.png$/.test(b))

/** As `sampled`, without the large one. */
export const sampledSmall = <Pair extends { readonly b: string }>(pairs: readonly Pair[]): readonly Pair[] =>
  full ? pairs : sampled(pairs).filter(({ b }) => b.startsWith('coffee'))
