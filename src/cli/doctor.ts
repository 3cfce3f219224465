/** npx perceptual-loss doctor: what works here, and how to get more. */
import { command } from './command.js'
import { EXIT } from './exitStatus.js'

export const doctor = command({
  args: { json: { type: 'boolean', description: 'print JSON' } },
  examples: [
    ['', 'backends, threads, memory, pictures and weights'],
    ['--json', 'the same as data'],
  ],
  run: async ({ args, output }) => {
    const { examine } = await import('./doctor/examine.js')
    const { report } = await import('./doctor/report.js')
    const findings = await examine()
    output.out(args.json === true ? JSON.stringify(findings, null, 2) : report(findings, output.colours))
    return findings.usable ? EXIT.done : EXIT.failed
  },
})
