/** Files that the worker writes reach who asked for them, in whatever order they come. */
import { expect, it } from 'vitest'
import { awaitedFiles } from '../../playground/engine/awaitedFiles.js'

it('gives each file to who asked for it, and the reason where there is none', async () => {
  const files = awaitedFiles()
  const asked: number[] = []
  const [first, second] = [0, 1].map(() => files.await((id) => asked.push(id)))
  const [a = 0, b = 0] = asked
  files.receive({ kind: 'onnx', id: b, file: undefined, problem: 'no form' })
  files.receive({ kind: 'onnx', id: a, file: Uint8Array.of(7), problem: undefined })
  await expect(second).rejects.toThrow('no form')
  expect(await first).toEqual(Uint8Array.of(7))
})

it('tells who waits that the worker is gone, and nobody else', async () => {
  const files = awaitedFiles()
  const before = files.await(() => undefined)
  files.fail('The worker was started again.')
  await expect(before).rejects.toThrow('started again')
  const asked: number[] = []
  const after = files.await((id) => asked.push(id))
  files.receive({ kind: 'onnx', id: asked[0] ?? 0, file: Uint8Array.of(1), problem: undefined })
  expect(await after).toEqual(Uint8Array.of(1))
})
