/** The exit statuses of every command, and the lines of --help that explain them. */

export const EXIT = {
  done: 0,
  /** A score exceeds --max or --min, or no quality reaches --target. */
  apart: 1,
  usage: 2,
  /** The command could not do its work: for example, a picture could not be compared. */
  failed: 3,
} as const

/** For --help. */
export const EXIT_LINES: readonly string[] = [
  `  ${String(EXIT.done)}  done`,
  `  ${String(EXIT.apart)}  compare, report: a score exceeds --max or --min, or no quality reaches --target`,
  `  ${String(EXIT.usage)}  wrong arguments`,
  `  ${String(EXIT.failed)}  a picture could not be compared, or the command failed`,
]
