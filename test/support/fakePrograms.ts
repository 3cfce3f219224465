/** Files and programs that a test puts into its folder, in the place of real ones. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Writes a file below the folder. */
export const putIn = async (folder: string, file: string, text: string): Promise<void> => {
  const at = join(folder, file)
  await mkdir(dirname(at), { recursive: true })
  await writeFile(at, text)
}

/** Writes a shell script into the folder's `bin`. */
export const programIn = async (folder: string, name: string, script: string): Promise<void> => {
  await putIn(folder, `bin/${name}`, `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, 'bin', name), 0o755)
}
