/** The public face, with its types, is what etc/ says: a change of it fails here until it is declared. */
import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { apiReports } from '../../scripts/api.js'
import { packed } from './packed.js'

it('is declared: `npm run api -- --local` writes etc/ENTRY.api.md anew, and a changeset says what it means for users', async () => {
  const { tarball } = await packed()
  const reports = await apiReports((dist) => promisify(execFile)('tar', ['-xzf', tarball, '-C', dist, '--strip-components', '2', 'package/dist']))
  expect(reports.map(({ file }) => basename(file))).toEqual(expect.arrayContaining(['index.api.md', 'node.api.md', 'laws.api.md']))
  for (const { now, declared } of reports) {
    expect(now).toMatch(/export (const|declare|type|interface|class|function)/)
    expect(now).toBe(declared)
  }
})
