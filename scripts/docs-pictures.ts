/** Draws the pictures of docs/losses, on the fastest backend that is there: `npm run docs:pictures -- [NAME...]`. */
import { writeFile } from 'node:fs/promises'
import { useFastestBackend } from '../src/node/index.js'
import { vgg19File } from '../test/support/sharedWeights.js'
import { catalogue } from './docs/catalogue.js'
import { illustrator, tourPicture } from './docs/illustrate.js'
import { networks } from './docs/networks.js'

const folder = new URL('../docs/losses/', import.meta.url)
const wanted = process.argv.slice(2)

const { backend } = await useFastestBackend()
console.log(`on ${backend}`)
const vgg19 = vgg19File()
const load = networks(vgg19)
const illustrate = await illustrator(folder)
for (const entry of catalogue) {
  if ((wanted.length > 0 && !wanted.includes(entry.id)) || entry.shown === 'nothing') continue
  if (entry.network === 'vgg19' && vgg19 === undefined) {
    console.log(`${entry.id}: left as it is, for VGG19's weights are not here`)
    continue
  }
  await illustrate(entry, entry.network === undefined || entry.network === 'logits' ? undefined : await load(entry.network))
  console.log(entry.id)
}
if (wanted.length === 0) await writeFile(new URL('../tour-heat.webp', folder), await tourPicture(await load('alexnet')))
