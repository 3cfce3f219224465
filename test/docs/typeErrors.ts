/** What TypeScript says of files in a folder of the checkout, by the checkout's own rules. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './documents.js'

const run = promisify(execFile)

/** The compiler's words; empty where nothing is wrong. `folder` is three levels below the checkout. */
export const typeErrors = async (folder: string, files: readonly string[], compilerOptions: object): Promise<string> => {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../../tsconfig.json', compilerOptions, include: files }))
  const { stdout } = await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder]).catch(
    (error: unknown) => error as { stdout: string },
  )
  return stdout
}
