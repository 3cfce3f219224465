import { describe, expect, it } from 'vitest'
import { withScratch } from '../../../../src/core/tensors/simd/scratch.js'
import type { WasmBackend } from '../../../../src/core/tensors/simd/simdModule.js'
import { ThreadsLost } from '../../../../src/core/tensors/simd/simdThreads.js'

/** A backend, and the addresses that are allocated. */
const memory = (): { readonly backend: Pick<WasmBackend, 'wasm'>; readonly held: ReadonlySet<number> } => {
  const held = new Set<number>()
  let next = 8
  const wasm = {
    _malloc: (bytes: number) => {
      held.add((next += bytes))
      return next
    },
    _free: (address: number) => {
      expect(held.delete(address)).toBe(true)
    },
  } as unknown as WasmBackend['wasm']
  return { backend: { wasm }, held }
}

const address = (at: number): number => at

describe('scratch memory', () => {
  it('is that of the call before, where it suffices, and freed where it does not', () => {
    const { backend, held } = memory()
    const first = withScratch(backend, 100, address)
    expect(withScratch(backend, 60, address)).toBe(first)
    expect(withScratch(backend, 100, address)).toBe(first)
    const larger = withScratch(backend, 101, address)
    expect([...held]).toEqual([larger])
  })

  it('is another one for work inside of work', () => {
    const { backend, held } = memory()
    withScratch(backend, 100, (outer) => {
      expect(withScratch(backend, 100, address)).not.toBe(outer)
    })
    expect(held.size).toBe(1)
  })

  it('is kept after a failure', () => {
    const { backend, held } = memory()
    const fail = (): never => {
      throw new Error('no output')
    }
    expect(() => withScratch(backend, 100, fail)).toThrow('no output')
    expect([...held]).toEqual([withScratch(backend, 100, address)])
  })

  it('is neither freed nor given again where a lost thread may write', () => {
    const { backend, held } = memory()
    const lose = (): never => {
      throw new ThreadsLost('lost')
    }
    expect(() => withScratch(backend, 100, lose)).toThrow('lost')
    const [lost] = held
    expect(withScratch(backend, 100, address)).not.toBe(lost)
    expect(held).toContain(lost)
  })

  it('of more than 16 MB is freed', () => {
    const { backend, held } = memory()
    withScratch(backend, 2 ** 24 + 1, address)
    expect(held.size).toBe(0)
  })
})
