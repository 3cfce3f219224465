/** A project's package.json, as far as the native backend needs it. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export const manifestOf = async (project: string): Promise<Manifest> => JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as Manifest

/** Whether package.json names a package. */
export const isRecorded = async (project: string, name: string): Promise<boolean> => {
  if (!existsSync(join(project, 'package.json'))) return false
  const { dependencies, devDependencies, optionalDependencies } = await manifestOf(project)
  return [dependencies, devDependencies, optionalDependencies].some((group) => group?.[name] !== undefined)
}
