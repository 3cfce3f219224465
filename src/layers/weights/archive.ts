/**
 * Entries of zip archives. Only what is asked for is unpacked, and no more of it than the archive's directory says.
 */
import { unzipSync } from 'fflate'
import { formatValue } from '../../core/formatValue.js'
import { unreadable } from './unreadable.js'

/** An entry of an archive's directory. */
export interface Entry {
  readonly name: string
  /** Bytes when unpacked. */
  readonly size: number
}

const MAX_ENTRIES = 100_000
/** No deflated data become more than this many times as long. */
const MAX_RATIO = 1032

/** The directory of an archive. Throws `Unreadable`. */
export const entriesOf = (bytes: Uint8Array): readonly Entry[] => {
  const entries: Entry[] = []
  const unpacked = scan(bytes, ({ name, size, originalSize }) => {
    if (entries.length >= MAX_ENTRIES) unreadable('its zip archive has too many entries')
    if (size > bytes.length) unreadable(`it is truncated: its entry ${formatValue(name)} should have ${String(size)} bytes`)
    if (originalSize > size * MAX_RATIO) unreadable(`its entry ${formatValue(name)} says that ${String(size)} bytes unpack to ${String(originalSize)}`)
    entries.push({ name, size: originalSize })
    return false
  })
  return Object.keys(unpacked).length === 0 ? entries : []
}

/** The bytes of an entry. Throws `Unreadable`. */
export const readEntry = (bytes: Uint8Array, { name, size }: Entry): Uint8Array => {
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
