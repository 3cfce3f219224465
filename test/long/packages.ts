/** Installs the packages that only the long tests need, once before them. */
import { installIn } from '../support/installIn.js'

export default async (): Promise<void> => {
  for (const folder of [
    'examples/fine-tune',
    'scripts/docs',
    'scripts/matchers',
    'test/examples',
    'test/long/docs',
    'test/long/onnx',
    'test/matcher',
    'test/package',
  ])
    await installIn(folder)
}
