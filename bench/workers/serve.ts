/**
 * The worker's side of the line protocol.
 */
import { createInterface } from 'node:readline'

/** Answers requests by their kind, one at a time, until stdin ends. */
export const serve = async (handlers: Readonly<Record<string, (ask: never) => Promise<unknown>>>): Promise<void> => {
  for await (const line of createInterface({ input: process.stdin })) {
    const { kind, ...ask } = JSON.parse(line) as { readonly kind: string }
    const answer = await Promise.resolve(handlers[kind]?.(ask as never)).catch((error: unknown) => ({ error: String(error) }))
    process.stdout.write(`${JSON.stringify({ answer })}\n`)
  }
}
