/** The page's side of the files that the worker writes. */
import type { Answer } from './protocol.js'

export interface AwaitedFiles {
  /** Asks for a file, by its number. */
  readonly await: (ask: (id: number) => void) => Promise<Uint8Array<ArrayBuffer>>
  readonly receive: (answer: Extract<Answer, { kind: 'onnx' }>) => void
  /** Tells all who wait that nothing comes. */
  readonly fail: (message: string) => void
}

/** Files that the worker has been asked for. */
export const awaitedFiles = (): AwaitedFiles => {
  let count = 0
  const waiting = new Map<number, { readonly resolve: (file: Uint8Array<ArrayBuffer>) => void; readonly reject: (error: Error) => void }>()
  return {
    await: (ask: (id: number) => void): Promise<Uint8Array<ArrayBuffer>> =>
      new Promise((resolve, reject) => {
        waiting.set(++count, { resolve, reject })
        ask(count)
      }),
    receive: ({ id, file, problem }: Extract<Answer, { kind: 'onnx' }>): void => {
      const found = waiting.get(id)
      waiting.delete(id)
      if (file === undefined) found?.reject(new Error(problem))
      else found?.resolve(file)
    },
    fail: (message: string): void => {
      waiting.forEach(({ reject }) => reject(new Error(message)))
      waiting.clear()
    },
  }
}
