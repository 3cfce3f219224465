/**
 * Amounts of memory as text.
 */
const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }

/** The bytes of a number, or of a text such as '1GiB' or '512 MiB'; undefined for anything else. */
export const bytesOf = (memory: unknown): number | undefined => {
  if (typeof memory === 'number') return Number.isFinite(memory) && memory >= 1 ? Math.floor(memory) : undefined
  const [, amount, unit] = typeof memory === 'string' ? (/^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB)$/.exec(memory) ?? []) : []
  const bytes = Math.floor(Number(amount) * (UNITS[unit ?? ''] ?? 0))
  return bytes >= 1 ? bytes : undefined
}

/** Bytes as a text that `bytesOf` reads, rounded up. */
export const bytesText = (bytes: number): string => {
  const [unit, size] = Object.entries(UNITS).findLast(([, one]) => bytes >= one) ?? ['B', 1]
  return `${String(Math.ceil((10 * bytes) / size) / 10)}${unit}`
}
