/** The Python environments, made once before the tests: two files that run side by side both need PyTorch's. */
import { pythonOf } from '../../../scripts/python/environment.js'

export default async (): Promise<void> => {
  await Promise.all([pythonOf('torch'), pythonOf('keras')])
}
