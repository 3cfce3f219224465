#!/usr/bin/env node
/** The command line of the package: npx perceptual-loss COMMAND. */
import { runCommandLine } from './commandLine.js'

// Who reads may stop early: perceptual-loss compare ... | head -1
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await runCommandLine(process.argv.slice(2))
