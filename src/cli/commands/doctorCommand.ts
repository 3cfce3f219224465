/** npx perceptual-loss doctor: what works on this machine, and how to get the rest. */
import { shownWhile } from '../activity.js'
import { command } from '../command.js'
import { EXIT } from '../exitStatus.js'
import { printableLines } from '../printable.js'

export const doctor = command({
  args: { json: { type: 'boolean', description: 'print JSON' } },
  examples: [
    ['', 'backends, threads, memory, pictures and weights'],
    ['--json', 'the same as JSON'],
  ],
  run: async ({ args, output }) => {
    const { examine } = await import('../doctor/examine.js')
    const { report } = await import('../doctor/describeFindings.js')
    const findings = await shownWhile(output, examine)
    output.out(args.json ? printableLines(JSON.stringify(findings, null, 2)) : report(findings, output))
    return findings.usable ? EXIT.done : EXIT.failed
  },
})
