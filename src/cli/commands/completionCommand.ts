/** npx perceptual-loss completion SHELL: a script for shell completion of commands and options. */
import { command } from '../command.js'
import { among } from '../optionValues.js'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export const completion = command({
  args: { shell: { type: 'positional', required: true, description: SHELLS.join(', ') } },
  examples: [
    ['bash >> ~/.bashrc', 'for bash'],
    ['zsh >> ~/.zshrc', 'for zsh (after compinit)'],
    ['fish > ~/.config/fish/completions/perceptual-loss.fish', 'for fish'],
  ],
  run: async ({ args, output, commands }) => {
    const shell = among('SHELL', args.shell, SHELLS)
    const { SCRIPTS, tableOf } = await import('../completion/completionScripts.js')
    output.out(SCRIPTS[shell](await tableOf(commands)))
  },
})
