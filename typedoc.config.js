/** The documentation site: docs/ and the docstrings, as static pages that need no server: npm run docs. */
import katex from '@vscode/markdown-it-katex'
import katexItself from 'katex'

export default {
  name: 'perceptual-loss',
  entryPoints: [
    'src/index.ts',
    'src/node/index.ts',
    'src/laws/index.ts',
    'src/python/index.ts',
    'src/reports/index.ts',
    'src/onnx/index.ts',
    'src/distributions/index.ts',
    'src/matcher/vitest.ts',
    'src/matcher/jest.ts',
    'src/matcher/playwright.ts',
    'src/testReport/runReporter.ts',
    'src/matcher/comparator.ts',
  ],
  tsconfig: 'tsconfig.build.json',
  plugin: ['./scripts/docs/typedocPlugin.js'],
  out: 'site',
  readme: 'docs/index.md',
  projectDocuments: [
    'docs/tour.md',
    'docs/what-there-is.md',
    'docs/ideas/index.md',
    'docs/losses/index.md',
    'docs/migration/index.md',
    'docs/numbers/index.md',
    'docs/project/index.md',
  ],
  favicon: 'scripts/docs/favicon.svg',
  customCss: 'scripts/docs/site.css',
  markdownItLoader: (markdown) => {
    markdown.use(katex.default ?? katex, { katex: katexItself, throwOnError: true })
    // What is wider than a phone is moved sideways, by the keyboard, too.
    const { rules } = markdown.renderer
    const formula = rules.math_block
    rules.math_block = (...tokens) => formula(...tokens).replace('<p ', '<p tabindex="0" ')
    rules.table_open = () => '<table tabindex="0">\n'
  },
  searchInDocuments: true,
  searchInComments: true,
  disableSources: true,
  excludeInternal: true,
  githubPages: false,
  includeVersion: true,
  validation: { notExported: false, invalidLink: true, invalidPath: true },
  useFirstParagraphOfCommentAsSummary: true,
  categorizeByGroup: false,
  kindSortOrder: ['Document', 'Module', 'Function', 'Variable', 'Class', 'Interface', 'TypeAlias'],
  sort: ['kind', 'documents-first', 'alphabetical-ignoring-documents'],
  navigation: { includeGroups: false, includeCategories: true, includeFolders: false, excludeReferences: true },
  hideGenerator: true,
  lightHighlightTheme: 'github-light-high-contrast',
  darkHighlightTheme: 'github-dark-high-contrast',
  highlightLanguages: ['yaml', 'ts', 'js', 'sh', 'json', 'python', 'html', 'mermaid', 'latex'],
}
