/** What a bundler takes of the package: who uses pixels alone carries no network. */
import { build, type Metafile } from 'esbuild'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installed } from './packed.js'

let user: string
beforeAll(async () => {
  user = await installed()
})
afterAll(() => rm(user, { recursive: true, force: true }))

interface Bundle {
  /** The code, minified, in kB of 1000 bytes. */
  readonly kilobytes: number
  readonly text: string
  /** The modules of the package whose code is in the bundle. */
  readonly modules: readonly string[]
}

const bundled = async (program: string): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: user },
    absWorkingDir: user,
    preserveSymlinks: true,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['@tensorflow/tfjs'],
  })
  const [file] = outputFiles
  return { kilobytes: (file?.contents.length ?? 0) / 1000, text: file?.text ?? '', modules: modulesOf(metafile) }
}

const modulesOf = ({ outputs }: Metafile): readonly string[] =>
  Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : []))
    .sort()

/** Code that belongs to networks and their files, by its place in the package or in node_modules. */
const NETWORK =
  /dist\/layers\/(networks|architecture|models|weights|kernels)|dist\/metrics\/learned|dist\/(json|builtInDefinitions|python|onnx|reports|cli|node|laws)|fflate|@noble/

describe('a bundle of mse alone', () => {
  const program = `import { compile, mse, pixels } from 'perceptual-loss'; export const f = compile(mse(pixels))`

  it('carries no network, no weights, no learned heads and no reader of files', async () => {
    const { text, modules } = await bundled(program)
    expect(modules).toContain(join('node_modules', 'perceptual-loss', 'dist', 'metrics', 'mse.js'))
    expect(modules.filter((module) => NETWORK.test(module))).toEqual([])
    expect(text).not.toMatch(/safetensors|block1_conv1|squeezenet|alexnet|lpips|winograd/)
  })

  it('has 116 kB, of which fp-ts and io-ts are 9, and what makes WASM fast about a third', async () => {
    const { kilobytes } = await bundled(program)
    expect(kilobytes).toBeGreaterThan(20)
    expect(kilobytes).toBeLessThan(117)
  })

  it('runs the package’s modules for nothing: an import that is not used leaves nothing behind', async () => {
    const { modules } = await bundled(`import { vgg16 } from 'perceptual-loss'; export const nothing = 0`)
    expect(modules.filter((module) => module.includes('perceptual-loss'))).toEqual([])
  })
})

describe('a bundle of a network', () => {
  it('carries it, and not the heads of LPIPS', async () => {
    const { text, modules } = await bundled(
      `import { compile, perceptual, vgg16 } from 'perceptual-loss'; export const f = compile(perceptual(), await vgg16())`,
    )
    expect(text).toContain('vgg16.safetensors')
    expect(modules).toContain(join('node_modules', 'perceptual-loss', 'dist', 'layers', 'networks', 'vgg16.js'))
    expect(modules.filter((module) => /metrics\/learned|alexnet|squeezenet|vgg19/.test(module))).toEqual([])
  })
})
