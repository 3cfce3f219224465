/** One VGG16 for all tests of a file. */
import { vgg16, type Extractor, type Vgg16Layer } from '../../src/index.js'

let loaded: Promise<Extractor<Vgg16Layer>> | undefined

/** VGG16 with the package's weights, loaded once. */
export const sharedVgg16 = (): Promise<Extractor<Vgg16Layer>> => (loaded ??= vgg16())
