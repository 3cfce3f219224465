/**
 * Makes sbom.cdx.json: what ships with the package, as a CycloneDX bill of materials: its dependencies, each with version, licence and SHA-512, as the lock file has
 * them; and the networks' weights with their SHA-256.
 *
 * npm writes the dependencies' part, from a lock file without those of development: with them, it leaves out what development needs, too (npm 11.19, `--omit dev`).
 * Neither time nor serial number stands in it, so that the same files give the same bytes.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = dirname(import.meta.dirname)

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly dependencies: Readonly<Record<string, string>>
}

interface Locked {
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly peer?: boolean
}

interface Bom {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> }
  readonly components: readonly Readonly<Record<string, unknown>>[]
}

const json = async <A>(file: string): Promise<A> => JSON.parse(await readFile(join(root, file), 'utf8')) as A

/** npm's bill of the packages that a user gets with ours. */
const dependenciesBom = async (): Promise<Bom> => {
  const { name, version, license, dependencies } = await json<Manifest>('package.json')
  const lock = await json<{ readonly packages: Readonly<Record<string, Locked>> }>('package-lock.json')
  const shipped = Object.entries(lock.packages).filter(([path, { dev, devOptional, peer }]) => path !== '' && ![dev, devOptional, peer].includes(true))
  const own = { name, version, license, dependencies }
  const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-sbom-'))
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify(own))
    await writeFile(
      join(folder, 'package-lock.json'),
      JSON.stringify({ name, version, lockfileVersion: 3, packages: { '': own, ...Object.fromEntries(shipped) } }),
    )
    const { stdout } = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { cwd: folder })
    return JSON.parse(stdout) as Bom
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** npm leaves out a licence that is no SPDX expression: such a package has it in a file. */
const licensed = (component: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...component,
  licenses: component['licenses'] ?? [{ license: { name: 'the licence file of the package' } }],
})

/** A file of weights. */
const weightsComponent = async (file: string): Promise<Readonly<Record<string, unknown>>> => ({
  type: 'machine-learning-model',
  name: `weights/${file}`,
  'bom-ref': `weights/${file}`,
  hashes: [
    {
      alg: 'SHA-256',
      content: createHash('sha256')
        .update(await readFile(join(root, 'weights', file)))
        .digest('hex'),
    },
  ],
  licenses: [{ license: { name: 'weights/LICENSES.md' } }],
})

const { metadata, components, ...rest } = await dependenciesBom()
const weights = (await readdir(join(root, 'weights'))).filter((file) => file.endsWith('.safetensors')).sort()
const bom = {
  ...rest,
  serialNumber: undefined,
  metadata: { ...metadata, timestamp: undefined, component: { ...metadata.component, name: 'perceptual-loss' } },
  components: [...components.map(licensed), ...(await Promise.all(weights.map(weightsComponent)))],
}
await writeFile(join(root, 'sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`)
