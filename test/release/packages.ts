/** Installs the package managers and bundlers that only the release tests need, once before them. */
import { installIn } from '../support/installIn.js'

export default (): Promise<void> => installIn('test/release')
