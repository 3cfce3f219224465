/** What the code of a document takes as given, in front of it. */
export const GIVEN: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['discriminator', 'relativistic', 'nonSaturating', 'leastSquares', 'hinge', 'wasserstein'].map((id) => [
      `docs/losses/${id}.md`,
      `import * as tf from '@tensorflow/tfjs'
const ${id === 'discriminator' ? 'judge' : 'discriminator'} = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 1, kernelSize: 4, name: 'logits' })] })
`,
    ]),
  ),
  'README.md': `import { readFileSync } from 'node:fs'
import { looksLike } from '../../long/docs/looksLike.js'
const page = { screenshot: () => Promise.resolve(readFileSync('photo.png')) }
const expect = looksLike
`,
  'docs/browsers.md': `import { readFileSync } from 'node:fs'
const bar = { value: 0, max: 0 }
const file = readFileSync('../../../weights/alexnet.safetensors')
globalThis.fetch = () => Promise.resolve(new Response(file, { headers: { 'content-length': String(file.length) } }))
`,
  'docs/toLookLike.md': `import { readFileSync } from 'node:fs'
import { mae, pixels } from 'perceptual-loss'
import { looksLike } from '../../long/docs/looksLike.js'
const png = readFileSync('photo.png')
const expect = looksLike
`,
}
