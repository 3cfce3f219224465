/** Threads for tests of how work is divided. */
import type { SimdModule } from '../../src/core/tensors/simd/simdModule.js'
import type { SimdThreads } from '../../src/core/tensors/simd/simdThreads.js'
import { random } from './images.js'

/** Two threads of which one computes all parts, cut anywhere and in any order, with the scratch memory of either; `called` is told of each call. */
export const anyParts = <Name extends string>({ functions }: SimdModule<Name>, seed: number, called: () => void): SimdThreads => {
  const next = random(seed)
  return {
    count: 2,
    ready: () => 2,
    run: ({ kernel, whole, scratch, scratchBytes, numbers }) => {
      called()
      const run = Object.values<SimdModule<Name>['functions'][Name]>(functions)[kernel]
      const cuts = [0, whole, ...Array.from({ length: 5 }, () => Math.floor(next() * (whole + 1)))].sort((a, b) => a - b)
      const parts = cuts.slice(1).map((end, i) => ({ first: cuts[i] ?? 0, end, order: next() }))
      parts.sort((a, b) => a.order - b.order)
      // Threads are given no empty parts.
      for (const { first, end } of parts) if (end > first) run?.(scratch + Number(next() < 0.5) * scratchBytes, first, end, ...numbers)
    },
  }
}
