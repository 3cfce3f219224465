#!/usr/bin/env node
/** The command line of the package: npx perceptual-loss COMMAND. */
import { runCommandLine } from './commandLine.js'

process.exitCode = await runCommandLine(process.argv.slice(2))
