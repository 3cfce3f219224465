/** The package managers npm, pnpm, yarn and bun: which one a project uses, and how each adds a package without running its install script. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A program and its arguments. */
export type Call = readonly [program: string, ...args: readonly string[]]

export interface Manager {
  readonly name: string
  /** Adds the package named last to optionalDependencies. */
  readonly add: Call
  /** Puts back a package (name@version) that package.json names. */
  readonly restore: (wanted: string) => Call
}

/** --save-prod, though nothing is saved: npm leaves out what a manifest names only as an optional peer. */
export const NPM_UNSAVED: Call = ['npm', 'install', '--no-save', '--save-prod', '--ignore-scripts', '--no-audit', '--no-fund']

const npm: Manager = {
  name: 'npm',
  add: ['npm', 'install', '--save-optional', '--save-exact', '--ignore-scripts', '--no-audit', '--no-fund'],
  restore: (wanted) => [...NPM_UNSAVED, wanted],
}
const pnpm: Manager = {
  name: 'pnpm',
  add: ['pnpm', 'add', '--save-optional', '--save-exact', '--ignore-scripts'],
  restore: () => ['pnpm', 'install', '--ignore-scripts'],
}
const yarn: Manager = {
  name: 'yarn',
  add: ['yarn', 'add', '--optional', '--exact', '--ignore-scripts', '--non-interactive'],
  // Yarn removes an optional package whose install script fails, and believes it is there.
  restore: () => ['yarn', 'install', '--check-files', '--ignore-scripts', '--non-interactive'],
}
const modernYarn: Manager = {
  name: 'yarn',
  add: ['yarn', 'add', '--optional', '--exact', '--mode=skip-build'],
  restore: () => ['yarn', 'install', '--mode=skip-build'],
}
const bun: Manager = {
  name: 'bun',
  add: ['bun', 'add', '--optional', '--exact', '--ignore-scripts'],
  restore: () => ['bun', 'install', '--ignore-scripts'],
}

/** By lock file. */
const LOCKS: Readonly<Record<string, (file: string) => Manager>> = {
  'package-lock.json': () => npm,
  'pnpm-lock.yaml': () => pnpm,
  // Yarn 2 and later write `__metadata` into theirs.
  'yarn.lock': (file) => (/^__metadata:/m.test(readFileSync(file, 'utf8')) ? modernYarn : yarn),
  'bun.lock': () => bun,
}

/** The manager of the nearest lock file, in the project's folder or in one above it (a workspace); npm where there is none. */
export const managerOf = (project: string): Manager => {
  for (const [lock, manager] of Object.entries(LOCKS)) if (existsSync(join(project, lock))) return manager(join(project, lock))
  return dirname(project) === project ? npm : managerOf(dirname(project))
}
