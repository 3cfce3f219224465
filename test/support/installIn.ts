/** Packages that only a few long tests need: each folder of these tests pins its own, with a lock file, so that a checkout installs without them. */
import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Installs what the lock file of a folder pins, unless that has been done. */
export const installIn = async (folder: string): Promise<void> => {
  const cwd = join(root, folder)
  // npm writes it last.
  const installed = join(cwd, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(cwd, 'package-lock.json')).mtimeMs) return
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd })
}
