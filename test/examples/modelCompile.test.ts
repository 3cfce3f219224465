/** `model.compile` in eleven lines: what examples/README.md prints is the program, and it is eleven lines. The program itself is run by the long tests. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (file: string): string => readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8')

it('examples/model-compile.ts is eleven lines, which examples/README.md prints', () => {
  const lines = read('model-compile.ts')
    .split('\n')
    .filter((line) => line !== '' && !/^\/?\s?\*|^\/\*\*/.test(line))
  expect(lines).toHaveLength(11)
  const printed = [...read('README.md').matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code).find((code) => code?.includes('model.compile('))
  const asInstalled = lines.map((line) => line.replace('../src/index.js', 'perceptual-loss').replace('../src/node/index.js', 'perceptual-loss/node'))
  expect(printed?.split('\n').filter((line) => line !== '')).toEqual(asInstalled)
})
