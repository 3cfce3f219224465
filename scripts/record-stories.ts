/** Records the playground's stories with the page's own code, on WASM, into playground/recordings: `npm run stories`. */
import { writeFile } from 'node:fs/promises'
import { format } from 'prettier'
import { useFastestBackend } from '../src/node/index.js'
import { recordOptimisation, recordSlider, stripOf, type Recorded } from './stories/record.js'

const folder = new URL('../playground/recordings/', import.meta.url)

const write = async (name: string, recorded: Recorded): Promise<void> => {
  const strip = await stripOf(recorded)
  await writeFile(new URL(`${name}.webp`, folder), strip)
  await writeFile(new URL(`${name}.json`, folder), await format(JSON.stringify(recorded.recording), { parser: 'json', printWidth: 160 }))
  console.log(`${name}: ${String(recorded.frames.length)} frames, ${String(Math.round(strip.length / 1000))} kB`)
}

await useFastestBackend({ among: ['wasm'] })
await write('mse', await recordSlider())
await write('block4', await recordOptimisation('block4'))
await write('paint', await recordOptimisation('paint'))
// The channel on which the page's worker takes turns stays open.
process.exit()
