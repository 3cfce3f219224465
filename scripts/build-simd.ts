/** Compiles the C kernels to WebAssembly and writes them as TypeScript: npm run simd. Needs Python with pip, which installs the compiler once. */
import { writeFile } from 'node:fs/promises'
import { pythonOf } from './python/environment.js'
import { MODULES, simdModuleText } from './simd/compileSimd.js'

const python = await pythonOf('zig')
for (const module of MODULES) {
  await writeFile(module.file, await simdModuleText(python, module))
  console.log(module.file)
}
