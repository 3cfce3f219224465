/** A loss as a program: what the page computes, in Node. */
import { lossShow, type Loss } from 'perceptual-loss'
import { networksFor } from './networksFor.js'
import { PRESETS, presetOf } from './presets.js'
import { masksOf, picturesOf } from './terms.js'

/** TypeScript that computes the loss of picture files. */
export const programOf = (loss: Loss<string, string>): string => {
  const text = PRESETS[presetOf(loss) ?? '']?.code ?? lossShow.show(loss)
  const networks = networksFor(loss)
  const imported = [...new Set([...wordsOf(text), ...networks, 'compile', ...(networks.length > 1 ? ['mergeExtractors'] : [])])].sort()
  const extractors = networks.map((name) => `await ${name}()`)
  const extractor = extractors.length > 1 ? `mergeExtractors(${extractors.join(', ')})` : extractors.join('')
  const references = picturesOf(loss).map((name) => `${property(name)}: ${readingOf(name, masksOf(loss).includes(name))}`)
  return [
    '// npm install perceptual-loss @tensorflow/tfjs @tensorflow/tfjs-backend-wasm sharp',
    `import { ${imported.join(', ')} } from 'perceptual-loss'`,
    "import { readImage, useFastestBackend } from 'perceptual-loss/node'",
    '',
    'await useFastestBackend()',
    `const loss = ${text}`,
    `const f = compile(loss${extractor === '' ? '' : `, ${extractor}`})`,
    `const references = { ${references.join(', ')} }`,
    "const prediction = await readImage('prediction.png')",
    'console.log((await f(references, prediction).data())[0])',
    '',
  ].join('\n')
}

/** The names in an expression that the package has to give: functions, and `pixels`. */
const wordsOf = (text: string): readonly string[] => text.replace(/'(?:[^'\\]|\\.)*'/g, '').match(/[A-Za-z]\w*(?=\()|\bpixels\b/g) ?? []

const property = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : quoted(name))

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

/** A mask has one channel: how bright its picture is. */
const readingOf = (name: string, isMask: boolean): string => {
  const read = `await readImage(${quoted(`${name}.png`)})`
  return isMask ? `(${read}).slice([0, 0, 0, 1], [-1, -1, -1, 1])` : read
}
