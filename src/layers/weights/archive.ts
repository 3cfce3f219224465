/**
 * Entries of zip archives. Only requested entries are unpacked, up to the size in the archive's directory.
 */
import { unzipSync } from 'fflate'
import { formatValue } from '../../core/errors/formatValue.js'
import { unreadable } from './unreadable.js'

/** An entry of an archive's directory. */
export interface Entry {
  readonly name: string
  /** Bytes when unpacked. */
  readonly size: number
  /** Bytes in the archive. */
  readonly packed: number
}

const MAX_ENTRIES = 100_000

/** An entry unpacks to at most this many bytes, or to this many times its own where that is more: weights are noise, which no packer makes much smaller. */
const [SMALL_ENTRY, MAX_RATIO] = [16 * 2 ** 20, 10]

/** The directory of an archive. Throws `Unreadable`. */
export const entriesOf = (bytes: Uint8Array): readonly Entry[] => {
  const entries = new Map<string, Entry>()
  scan(bytes, ({ name, size: packed, originalSize: size }) => {
    if (entries.size >= MAX_ENTRIES) unreadable('its zip archive has too many entries')
    if (packed > bytes.length) unreadable(`it is truncated: its entry ${formatValue(name)} should have ${String(packed)} bytes`)
    if (entries.has(name)) unreadable(`it has the entry ${formatValue(name)} twice`)
    entries.set(name, { name, size, packed })
    return false
  })
  return [...entries.values()]
}

/** The bytes of an entry; refused where they would be many more than the archive has. Throws `Unreadable`. */
export const readEntry = (bytes: Uint8Array, { name, size, packed }: Entry): Uint8Array => {
  const most = Math.max(SMALL_ENTRY, MAX_RATIO * packed)
  if (size > most)
    unreadable(
      `its entry ${formatValue(name)} would unpack from ${String(packed)} to ${String(size)} bytes, expected at most ${String(most)}; save the file without compression`,
    )
  const unpacked = scan(bytes, (entry) => entry.name === name)[name]
  return unpacked?.length === size ? unpacked : unreadable(`its entry ${formatValue(name)} is damaged`)
}

const scan = (bytes: Uint8Array, filter: (entry: { readonly name: string; readonly size: number; readonly originalSize: number }) => boolean) => {
  try {
    return unzipSync(bytes, { filter })
  } catch (error) {
    if (error instanceof Error && 'code' in error) return unreadable(`its zip archive is damaged or truncated (${error.message})`)
    throw error
  }
}
