/**
 * The native backend in package.json, and in memory.
 *
 * A package manager removes what package.json does not name. Recorded, the package is an optional dependency (its own install script may fail) and a postinstall line
 * makes the binding after a fresh install; a machine that cannot make it installs all the same.
 */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from '../../node/replaceFile.js'
import { failure } from './installError.js'
import { managerOf } from './managers.js'
import { isRecorded, manifestOf } from './manifest.js'
import { findPackage, folderOf, PACKAGE, versionOf } from './package.js'
import { complaint, runProgram } from './runProgram.js'

const POSTINSTALL = 'perceptual-loss native || exit 0'

/** Names the package in package.json, by the project's package manager, and adds the postinstall line; changes nothing that is there. */
export const record = async (project: string, say: (line: string) => void): Promise<void> => {
  const tfjs = folderOf(project, '@tensorflow/tfjs')
  if (tfjs === undefined)
    throw failure(`@tensorflow/tfjs is not installed in ${project}`, 'Install it (npm install perceptual-loss @tensorflow/tfjs), then run this again.')
  if (!existsSync(join(project, 'package.json'))) throw failure(`${project} has no package.json to add it to`, 'Create one (npm init -y), then run this again.')
  if (!(await isRecorded(project, PACKAGE))) await addDependency(project, `${PACKAGE}@${await versionOf(tfjs)}`)
  const manifest = await manifestOf(project)
  const before = manifest.scripts?.['postinstall']
  if (before?.includes('perceptual-loss native') !== true) {
    const postinstall = before === undefined ? POSTINSTALL : `${before} && (${POSTINSTALL})`
    const text = JSON.stringify({ ...manifest, scripts: { ...manifest.scripts, postinstall } }, null, 2)
    await replaceFile(join(project, 'package.json'), Buffer.from(`${text}\n`))
  }
  say('added to package.json: an optional dependency, and a postinstall script that builds it after a fresh install')
}

const addDependency = async (project: string, wanted: string): Promise<void> => {
  const [program, ...args] = managerOf(project).add
  const added = await runProgram(program, [...args, wanted], { cwd: project })
  if (added.status !== 0)
    throw failure(
      `${program} did not add ${wanted} (${added.status === 'missing' ? 'it is not installed' : complaint(added)})`,
      `Add it to optionalDependencies yourself, then run this again.`,
    )
}

/** Package managers leave this folder alone when they remove packages. */
const memory = (project: string): string => join(project, 'node_modules', '.cache', 'perceptual-loss-native')

/** Remembers that the project had the native backend. */
export const remember = async (project: string): Promise<void> => {
  await mkdir(dirname(memory(project)), { recursive: true })
  await writeFile(memory(project), '')
}

/** A message that the native backend was removed, and how to keep it; undefined if it is installed or never was. */
export const lostNative = async (project: string): Promise<string | undefined> => {
  const there = findPackage(project)
  const recorded = await isRecorded(project, PACKAGE).catch(() => false)
  if (there !== undefined || (!recorded && !existsSync(memory(project)))) return undefined
  return recorded
    ? 'listed in package.json, but removed (npx perceptual-loss native installs it again)'
    : 'removed by a package manager, because package.json does not list it (npx perceptual-loss native --save installs and keeps it)'
}
