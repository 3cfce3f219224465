/** The command line within the test's own process. */
import { runCommandLine } from '../../src/cli/commandLine.js'

export interface Said {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Runs it, and gives its exit status and what it printed; without colours and bars. */
export const said = async (...args: readonly string[]): Promise<Said> => {
  const [out, err]: [string[], string[]] = [[], []]
  const status = await runCommandLine(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    taken: () => Promise.resolve(),
    colours: false,
    terminal: undefined,
  })
  return { status, out: out.join('\n'), err: err.join('\n') }
}
