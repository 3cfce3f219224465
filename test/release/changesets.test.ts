/** The next version, made in a copy by what makes it: every changeset is understood and reaches CHANGELOG.md. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { root } from '../package/packed.js'

const run = promisify(execFile)

it('is made from the changesets', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'perceptual-loss-version-'))
  for (const input of ['.changeset', 'CHANGELOG.md', 'package.json', 'package-lock.json', '.prettierrc.json'])
    await cp(join(root, input), join(copy, input), { recursive: true })
  await run('git', ['init', '-q'], { cwd: copy })
  const isChange = (file: string): boolean => file.endsWith('.md') && file !== 'README.md'
  const changes = (await readdir(join(copy, '.changeset'))).filter(isChange)
  const sentences = await Promise.all(changes.map(async (file) => (await readFile(join(copy, '.changeset', file), 'utf8')).split('---')[2]?.trim() ?? ''))
  await run('node', [join(import.meta.dirname, 'node_modules', '@changesets', 'cli', 'bin.js'), 'version'], { cwd: copy })
  const { version } = JSON.parse(await readFile(join(copy, 'package.json'), 'utf8')) as { readonly version: string }
  const changelog = await readFile(join(copy, 'CHANGELOG.md'), 'utf8')
  expect(changelog).toContain(`## ${version}\n`)
  for (const sentence of sentences) expect(changelog.replaceAll(/\s+/g, ' ')).toContain(sentence.replaceAll(/\s+/g, ' '))
  expect((await readdir(join(copy, '.changeset'))).filter(isChange)).toEqual([])
  await rm(copy, { recursive: true })
})
