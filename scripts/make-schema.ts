/** Makes schema/loss.schema.json from the built-in definitions: `npm run schema`. */
import { writeFile } from 'node:fs/promises'
import { format } from 'prettier'
import { lossSchema } from '../src/index.js'

const file = new URL('../schema/loss.schema.json', import.meta.url)
await writeFile(file, await format(JSON.stringify(lossSchema()), { parser: 'json', printWidth: 160 }))
