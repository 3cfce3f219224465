/**
 * The commands that make received pictures the references.
 */
import { REPORT_FOLDER } from './recordFolder.js'
import type { ComparisonRecord } from './comparisonRecord.js'

/** Whether a received picture can replace the reference: the comparison failed, and the picture was kept. */
export const isAcceptable = ({ status, isNot, received }: ComparisonRecord): boolean => status === 'failed' && !isNot && received !== undefined

/** The command for a comparison by its identifier, or for all (`--all`). No text of a test is in it, so it is safe to paste. */
export const acceptCommand = (what: string, folder: string): string =>
  `npx perceptual-loss accept ${what}${folder === REPORT_FOLDER ? '' : ` --from ${quoted(folder)}`}`

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)
