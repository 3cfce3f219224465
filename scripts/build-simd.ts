/** Compiles src/layers/kernels/simd/c to WebAssembly and writes it as TypeScript: npm run simd. Needs Python with pip, which installs the compiler once. */
import { writeFile } from 'node:fs/promises'
import { pythonOf } from './python/environment.js'
import { compileSimd, simdModuleText } from './simd/compileSimd.js'

const python = await pythonOf('zig')
const [plain, relaxed] = [await compileSimd(python, 'plain'), await compileSimd(python, 'relaxed')]
const file = new URL('../src/layers/kernels/simd/simdModuleBytes.ts', import.meta.url)
await writeFile(file, simdModuleText(plain, relaxed))
console.log(`${file.pathname}: ${String(plain.length)} and ${String(relaxed.length)} bytes of WebAssembly.`)
