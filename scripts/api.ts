/**
 * The public face as one reads it: what each entry of the package exports, with its types, as etc/ENTRY.api.md.
 *
 * `npm run api` fails where the build's face differs from what stands there; `npm run api -- --local` writes it anew, which declares the change.
 */
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
  ExtractorMessageCategory,
  type IConfigFile,
} from '@microsoft/api-extractor'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = dirname(import.meta.dirname)

/** Where the reports stand. */
const REPORTS = join(root, 'etc')

/** One entry's face. */
export interface ApiReport {
  /** The file in etc/. */
  readonly file: string
  /** What the declarations say. */
  readonly now: string
  /** What stands in the file; empty where there is none. */
  readonly declared: string
}

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}

/** Name and declarations of every entry; entries of the same declarations are one. */
const entriesOf = ({ exports }: Manifest): ReadonlyMap<string, string> => {
  const entries = Object.entries(exports).flatMap(([entry, target]) => (typeof target === 'string' ? [] : [[entry, target.types] as const]))
  const first = entries.filter(([, types], k) => entries.findIndex(([, other]) => other === types) === k)
  return new Map(first.map(([entry, types]) => [entry === '.' ? 'index' : entry.slice(2), types]))
}

/** The reports of the package whose dist is made by `build`, in a folder of its own: beside files of node_modules, declarations would be taken for somebody else's. */
export const apiReports = async (build: (dist: string) => Promise<unknown>): Promise<readonly ApiReport[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-api-'))
  try {
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    for (const made of ['dist', 'etc']) await mkdir(join(folder, made))
    await build(join(folder, 'dist'))
    const entries = entriesOf(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest)
    const configs = [...entries].map(([name, types]) => configOf(folder, name, types))
    const [first] = configs
    if (first === undefined) return []
    const program = CompilerState.create(first, { additionalEntryPoints: configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath) })
    return await Promise.all(configs.map((config) => reportOf(config, program)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const reportOf = async (config: ExtractorConfig, program: CompilerState): Promise<ApiReport> => {
  Extractor.invoke(config, { localBuild: true, compilerState: program, messageCallback: silent })
  const [{ fileName } = { fileName: '' }] = config.reportConfigs
  const file = join(REPORTS, fileName)
  return { file, now: await readFile(join(config.reportFolder, fileName), 'utf8'), declared: await readFile(file, 'utf8').catch(() => '') }
}

/** Nothing on the console but errors: what matters stands in the report. */
const silent = (message: ExtractorMessage): void => {
  if (message.category === ExtractorMessageCategory.Console && message.logLevel !== ExtractorLogLevel.Error) message.handled = true
}

const configOf = (folder: string, name: string, types: string): ExtractorConfig => {
  const configObject: IConfigFile = {
    projectFolder: folder,
    mainEntryPointFilePath: join(folder, types),
    newlineKind: 'lf',
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: 'ES2022',
          lib: ['ES2023', 'DOM'],
          module: 'NodeNext',
          moduleResolution: 'NodeNext',
          strict: true,
          skipLibCheck: true,
          types: ['node'],
        },
        include: ['dist'],
      },
    },
    apiReport: {
      enabled: true,
      includeForgottenExports: true,
      reportFileName: name,
      reportFolder: join(folder, 'etc'),
      reportTempFolder: join(folder, 'temp'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      extractorMessageReporting: { 'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None }, 'ae-undocumented': { logLevel: ExtractorLogLevel.None } },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  }
  return ExtractorConfig.prepare({ configObject, configObjectFullPath: undefined, packageJsonFullPath: join(folder, 'package.json') })
}

const declarations = (dist: string): Promise<unknown> =>
  run('node', [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', dist])

const main = async (local: boolean): Promise<void> => {
  const changed = (await apiReports(declarations)).filter(({ now, declared }) => now !== declared)
  await mkdir(REPORTS, { recursive: true })
  for (const { file, now } of changed) {
    if (local) await writeFile(file, now)
    console.log(
      `etc/${basename(file)} ${local ? 'was rewritten: see what git diff says, and add a changeset (npx @changesets/cli@2)' : 'differs from the face: npm run api -- --local declares it'}`,
    )
  }
  process.exitCode = changed.length > 0 && !local ? 1 : 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.includes('--local'))
