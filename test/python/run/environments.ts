/** The Python environments, made once before the tests: files that run side by side need the same ones. */
import { pythonOf } from '../../../scripts/python/environment.js'

export default async (): Promise<void> => {
  await Promise.all([pythonOf('torch'), pythonOf('keras'), pythonOf('onnxruntime')])
}
