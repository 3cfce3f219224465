import tseslint from 'typescript-eslint'
import { zones } from './eslint.zones.js'

/** `fp-ts/Either` passes tsc and vitest and then fails in Node. */
const fpTsRoot = { group: ['fp-ts/*', 'io-ts/*'], message: "Import fp-ts and io-ts by their root: import { either as E } from 'fp-ts'." }

/** `npm run lint` checks what needs no types, and is quick; `npm run lint:full`, which CI runs, has all rules, and checks the format. */
const full = process.env['FULL'] === 'true'

export default tseslint.config(
  { ignores: ['dist/', '.cache/', 'node_modules/', 'demo-output/', 'site/', 'bench/results/', 'test/browser/app/dist/', 'playground/dist/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  { languageOptions: { parserOptions: { ...(full ? { projectService: true } : {}), tsconfigRootDir: import.meta.dirname } } },
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
  { files: ['src/**/*.ts'], plugins: { rooms: { rules: { zones } } }, rules: { 'rooms/zones': 'error' } },
  {
    // Runners are told of a matcher's types by merging interfaces into theirs.
    files: ['src/matcher/*.ts'],
    rules: {
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
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
  { files: full ? ['**/*.js'] : ['**/*'], ...tseslint.configs.disableTypeChecked },
)
