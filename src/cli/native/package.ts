/**
 * The npm package @tensorflow/tfjs-node-gpu in the folder of a project: the version that belongs to the project's TensorFlow.js. Where package.json names it, the
 * project's package manager puts it back; otherwise npm installs it without a line in package.json.
 */
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { failure } from './installError.js'
import { isRecorded } from './manifest.js'
import { managerOf, NPM_UNSAVED } from './managers.js'
import { complaint, runProgram } from './runProgram.js'

export const PACKAGE = '@tensorflow/tfjs-node-gpu'

/** How long the package's own download may take, in seconds. */
const PATIENCE = 300

/** The folder of the package where it is installed. */
export const findPackage = (project: string): string | undefined => folderOf(project, PACKAGE)

/** The folder of the package, installed where it is missing; its install script is not run. */
export const installPackage = async (project: string, say: (line: string) => void): Promise<string> => {
  const tfjs = folderOf(project, '@tensorflow/tfjs')
  if (tfjs === undefined)
    throw failure(`@tensorflow/tfjs is not installed in ${project}`, 'Install it (npm install perceptual-loss @tensorflow/tfjs), then run this again.')
  const wanted = `${PACKAGE}@${await versionOf(tfjs)}`
  const pack = findPackage(project) ?? (await installed(project, wanted, say))
  if (folderOf(pack, '@tensorflow/tfjs') !== tfjs)
    throw failure(
      `${PACKAGE} ${await versionOf(pack)} has its own TensorFlow.js beside the project's ${await versionOf(tfjs)}`,
      `Remove it, then run this again to install ${wanted}.`,
    )
  return pack
}

const installed = async (project: string, wanted: string, say: (line: string) => void): Promise<string> => {
  const manager = managerOf(project)
  const recorded = await isRecorded(project, PACKAGE)
  if (!recorded && manager.name !== 'npm')
    throw failure(
      `${manager.name}, which manages this project, removes packages that package.json does not list`,
      `Run: npx perceptual-loss native --save. It adds ${wanted} with ${manager.name}.`,
    )
  const [program, ...args] = recorded ? manager.restore(wanted) : [...NPM_UNSAVED, wanted]
  say(recorded ? `restoring ${wanted} with ${manager.name}` : `installing ${wanted} with npm, without adding it to package.json`)
  const ended = await runProgram(program, args, { cwd: project })
  if (ended.status === 'missing') throw failure(`${program} was not found`, `Install ${program === 'npm' ? 'Node.js with npm' : program}, then run this again.`)
  const pack = findPackage(project)
  if (ended.status !== 0 || pack === undefined)
    throw failure(`${program} did not install ${wanted} (${complaint(ended)})`, `Check that ${program} reaches its registry.`)
  return pack
}

/** Runs the package's own download of TensorFlow and a binding; returns whether it succeeded. */
export const ordinaryDownload = async (pack: string, say: (line: string) => void): Promise<boolean> => {
  say("trying the package's own download")
  const programs = join(dirname(dirname(pack)), '.bin')
  const env = { ...process.env, PATH: [programs, process.env['PATH'] ?? ''].join(delimiter) }
  const script = await runProgram(process.execPath, ['scripts/install.js', 'gpu', 'download'], { cwd: pack, env, limit: PATIENCE })
  if (script.status === 0) return true
  await Promise.all(['deps', 'lib'].map((folder) => rm(join(pack, folder), { recursive: true, force: true })))
  say(`it failed (${script.status === 'too long' ? `not within ${String(PATIENCE)} s` : complaint(script)})`)
  return false
}

export const folderOf = (from: string, name: string): string | undefined => {
  const folders = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  return folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')))
}

export const versionOf = async (folder: string): Promise<string> => {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly version: string }
  return version
}
