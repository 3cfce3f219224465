/**
 * The `@example` blocks of the public docstrings: type-checked, and run, each by itself, with the names that it takes as given.
 *
 * What its last expression gives is what the comment after it says, losses as `show` writes them; `...` stands for the rest.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { encode, mae, pixels, registerWasmKernels, show, type Loss } from '../../../src/index.js'
import { root, withPictures } from '../../docs/documents.js'
import { docstringExamples, freeNames, told, type Example } from '../../docs/examples.js'
import { typeErrors } from '../../docs/typeErrors.js'
import { hasData } from '../../support/sharedData.js'
import { squeezenetFile, vgg19File } from '../../support/sharedWeights.js'
import { tokensFile } from '../../support/onnxTokens.js'
import { GIVEN_NAMES, GIVEN_TO } from './givenExamples.js'

const folder = join(root, 'test', '.generated', 'examples')
const { examples, moduleOf } = docstringExamples()

/** Imports and given names in front of it, each once, in the order in which they need each other. */
const withGiven = ({ of, code }: Example, body: string): string => {
  const lines = new Set<string>()
  const given = (name: string): string | undefined => GIVEN_TO[of]?.[name] ?? GIVEN_NAMES[name]
  const need = (text: string): void => {
    for (const name of freeNames(text)) {
      const [line, module] = [given(name), moduleOf.get(name)]
      if (module !== undefined && (line === undefined || of === name)) lines.add(`import { ${name} } from '${module}'`)
      else if (line !== undefined && !lines.has(line)) {
        need(line)
        lines.add(line)
      }
    }
  }
  need(code)
  return `${[...lines].join('\n')}\n${body}\nexport {}\n`
}

const fileOf = ({ name }: Example, suffix = ''): string => join(folder, `${name.replaceAll(/\W+/g, '-')}${suffix}.ts`)

/** Weights that the package has not, where the folder beside the checkout has them; `.pth` is known by what is in it, not by its name. */
const weights = (): void => {
  copyFileSync(join(root, 'weights', 'vgg16.safetensors'), join(folder, 'mine.safetensors'))
  // Its tensors have the names that the examples use.
  copyFileSync(join(root, 'test', 'goldens', 'onnx', 'residual.onnx'), join(folder, 'resnet50.onnx'))
  for (const name of ['dino', 'dreamsim', 'dino-maps']) writeFileSync(join(folder, `${name}.onnx`), tokensFile(name === 'dino-maps'))
  const [vgg19, squeezenet] = [vgg19File(), squeezenetFile()]
  if (vgg19 !== undefined) for (const name of ['vgg19.safetensors', 'vgg19.pth', 'vgg19-dcbb9e9d.pth']) writeFileSync(join(folder, name), vgg19)
  if (squeezenet !== undefined) writeFileSync(join(folder, 'squeezenet.safetensors'), squeezenet)
}

registerWasmKernels()

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await withPictures(folder)
  weights()
  // For the whole file: what an example writes after its last line must not lie in the checkout.
  process.chdir(folder)
  writeFileSync(join(folder, 'loss.json'), JSON.stringify(encode(mae(pixels))))
  for (const example of examples) {
    writeFileSync(fileOf(example), withGiven(example, example.code))
    writeFileSync(fileOf(example, '-run'), withGiven(example, told(example.code)))
  }
})
afterAll(() => {
  process.chdir(root)
  rmSync(folder, { recursive: true, force: true })
})

const isLoss = (value: object): value is Loss<string, string> =>
  '_tag' in value && ['Compare', 'Regularize', 'Weighted', 'Sum', 'Named'].includes(String(value._tag))

/** A value as people write it. */
const written = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (isLoss(value)) return show(value)
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  return `{ ${Object.entries(value)
    .map(([key, of]) => `${key}: ${written(of)}`)
    .join(', ')} }`
}

/** Text may stand with its quotes or, where it is long, without. */
const agrees = (says: string, value: unknown): boolean => {
  const start = says.replace(/\s*\.\.\.$/, '')
  return [written(value), String(value)].some((one) => (start === says ? one === says : one.startsWith(start)))
}

describe('the examples of the docstrings', () => {
  it('are many', () => {
    expect(examples.length).toBeGreaterThan(120)
  })

  it('compile in TypeScript', { timeout: 300_000 }, async () => {
    const paths = Object.fromEntries([...new Set(moduleOf.values())].map((module) => [module, [sourceOf(module)]]))
    const files = examples.map((example) => fileOf(example))
    expect(await typeErrors(folder, files, { paths })).toBe('')
  })

  vi.spyOn(console, 'log').mockImplementation(() => undefined)

  it.for(examples.map((example) => [example.name, example] as const))('%s', { timeout: 300_000 }, async ([, example], { skip }) => {
    const files = [...example.code.matchAll(/'((?:vgg19|squeezenet)[\w-]*\.(?:pth|safetensors))'/g)].map(([, file = '']) => join(folder, file))
    skip(!files.every((file) => existsSync(file)) && !hasData, 'needs weights that are not in the package')
    const wrong: string[] = []
    const said = (says: string, value: unknown): void => {
      if (!agrees(says, value)) wrong.push(`says ${says} and gives ${written(value)}`)
    }
    Object.assign(globalThis, { said })
    await import(/* @vite-ignore */ fileOf(example, '-run'))
    expect(wrong).toEqual([])
  })
})

const sourceOf = (module: string): string => {
  const [, part] = module.split('/')
  if (part === undefined) return '../../../src/index.ts'
  return ['node', 'laws', 'onnx', 'python', 'reports', 'distributions'].includes(part) ? `../../../src/${part}/index.ts` : `../../../src/matcher/${part}.ts`
}
