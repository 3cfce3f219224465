/** Whether bash is there: tests of shell features (pipes, process substitution, completion) count as skipped without it. */
import { spawnSync } from 'node:child_process'

export const hasBash = spawnSync('bash', ['--version']).status === 0
