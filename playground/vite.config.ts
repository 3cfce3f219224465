/** The playground as a page: on Vite's development server, or built as static files. */
import { join } from 'node:path'
import { defineConfig, mergeConfig, type Plugin, type UserConfig } from 'vite'
import { tensorflowCore } from './tensorflowCore.js'

/** WASM has threads on cross-origin-isolated pages only: whoever serves the built files sends these, too. */
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** What the page and its worker import, told beforehand: a package that the development server finds later makes it load the page again. */
const IMPORTED = [
  ...['@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-cpu'],
  ...['@tensorflow/tfjs-backend-webgl', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu'],
  ...['fp-ts', 'io-ts', 'katex', 'd3-color', 'd3-scale-chromatic', 'fflate', '@noble/hashes/sha2.js'],
  ...['preact', 'preact/hooks', 'preact/jsx-runtime', 'preact/jsx-dev-runtime'],
]

/** Only the worker of a page in one script has weights inside: the page's own code names them, but loads none. */
const withoutWeights: Plugin = {
  name: 'without-weights',
  enforce: 'pre',
  transform: (code) => code.replaceAll(/new URL\('[^']*\.safetensors', import\.meta\.url\)/g, "new URL('weights:of-the-worker')"),
}

/**
 * The page once more, in one script that browsers load from a file, too (`--mode file`): no modules, and worker, WASM, pictures and the first network inside. Larger networks stay
 * files, which such a page cannot read. It lies beside the usual page, whose index.html chooses.
 */
const forFiles: UserConfig = {
  plugins: [withoutWeights],
  resolve: { alias: [{ find: './newWorker.js', replacement: join(import.meta.dirname, 'engine', 'newWorkerInFile.ts') }] },
  worker: { format: 'iife', plugins: () => [tensorflowCore()], rollupOptions: { output: { inlineDynamicImports: true } } },
  build: {
    emptyOutDir: false,
    assetsInlineLimit: (path) => !/vgg16|alexnetShiftTolerant/.test(path),
    cssCodeSplit: false,
    rollupOptions: {
      input: join(import.meta.dirname, 'main.tsx'),
      output: {
        format: 'iife',
        inlineDynamicImports: true,
        entryFileNames: 'file.js',
        assetFileNames: ({ names }) => (names.some((name) => name.endsWith('.css')) ? 'file.css' : 'assets/[name]-[hash][extname]'),
      },
    },
  },
}

const usual = {
  root: import.meta.dirname,
  base: './',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  optimizeDeps: { exclude: ['perceptual-loss'], include: IMPORTED },
  plugins: [tensorflowCore()],
  worker: { format: 'es', plugins: () => [tensorflowCore()] },
  // For the service worker, which keeps the files of one build.
  define: { BUILD: JSON.stringify(String(Date.now())) },
  server: { headers: ISOLATED, fs: { allow: ['..'] } },
  preview: { headers: ISOLATED },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 3000,
    rollupOptions: {
      input: { page: join(import.meta.dirname, 'index.html'), 'offline-worker': join(import.meta.dirname, 'offlineWorker.ts') },
      // A service worker serves the pages beside it, and is found again by its name.
      output: { entryFileNames: ({ name }) => (name === 'offline-worker' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
} satisfies UserConfig

export default defineConfig(({ mode }) =>
  mode === 'file' ? mergeConfig({ ...usual, worker: {}, build: { target: usual.build.target, chunkSizeWarningLimit: 40_000 } }, forFiles) : usual,
)
