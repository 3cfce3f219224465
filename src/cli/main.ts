#!/usr/bin/env node
/** The command line of the package: npx perceptual-loss COMMAND. */
import { reasonOf } from '../node/reason.js'
import { runCommandLine } from './commandLine.js'
import { EXIT } from './exitStatus.js'

// The reader may stop early: perceptual-loss compare ... | head -1
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`perceptual-loss: the results cannot be written: ${reasonOf(error)}\n`)
  process.exit(EXIT.failed)
})

process.exitCode = await runCommandLine(process.argv.slice(2))
