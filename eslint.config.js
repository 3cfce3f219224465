import tseslint from 'typescript-eslint'

/** `fp-ts/Either` passes tsc and vitest and then fails in Node. */
const fpTsRoot = { group: ['fp-ts/*', 'io-ts/*'], message: "Import fp-ts and io-ts by their root: import { either as E } from 'fp-ts'." }

/**
 * What each folder of src may import besides itself; everything else of src is refused. `*.js` are the files at the root of src, `node:` Node's own modules and sharp.
 * A new folder has a row here, or its files fail test/zones.test.ts.
 */
export const ZONES = {
  core: [],
  layers: ['core'],
  metrics: ['core'],
  combinators: ['core'],
  'combinators/recipes': ['core', 'layers', 'metrics', 'combinators'],
  python: ['core', 'layers', 'metrics'],
  reports: ['core'],
  laws: ['index.js', 'core'],
  node: ['index.js', 'definitions.js', 'core', 'node:'],
  matcher: ['index.js', 'node', 'core', 'node:'],
  cli: ['index.js', 'node', 'node:'],
}
const FOLDERS = ['core', 'layers', 'metrics', 'combinators', 'python', 'reports', 'laws', 'node', 'matcher', 'cli']
const FILES = ['index', 'definitions', 'json']

const zone = ([folder, allowed]) => {
  const message = `src/${folder} may import ${allowed.length === 0 ? 'nothing else of src' : allowed.join(', ')}: ZONES in eslint.config.js.`
  const [top, inside] = folder.split('/')
  const folders = FOLDERS.filter((name) => name !== top && !allowed.includes(name))
  const files = FILES.filter((name) => !allowed.includes(`${name}.js`))
  const refused = [`^(\\.\\./)+(${folders.join('|')})/`, ...(files.length === 0 ? [] : [`^(\\.\\./)+(${files.join('|')})\\.js$`])]
  if (top === 'combinators' && inside === undefined) refused.push('^\\./recipes/')
  if (!allowed.includes('node:')) refused.push('^(node:.*|sharp)$')
  const patterns = [fpTsRoot, ...refused.map((regex) => ({ regex, message }))]
  return { files: [`src/${folder}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } }
}

export default tseslint.config(
  { ignores: ['dist/', '.cache/', 'node_modules/', 'demo-output/', 'site/', 'bench/results/', 'test/browser/app/dist/', 'playground/dist/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      'no-restricted-imports': ['error', { patterns: [fpTsRoot] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'max-lines': ['error', { max: 300, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipComments: true, skipBlankLines: true }],
    },
  },
  ...Object.entries(ZONES).map(zone),
  {
    // Runners are told of a matcher's types by merging interfaces into theirs.
    files: ['src/matcher/*.ts'],
    rules: {
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['test/**', 'bench/**', 'examples/**', 'scripts/**'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 450, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      // TensorFlow.js' results are typed by assertion, which is shorter than type arguments that its overloads do not infer.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
)
