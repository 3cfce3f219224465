import type { AlexnetLayer } from '../networks/alexnet.js'
import type { SqueezenetLayer } from '../networks/squeezenet.js'
import type { Vgg16Layer } from '../networks/vgg16.js'
import type { Vgg19Layer } from '../networks/vgg19.js'

/** The name of a layer: an editor completes those of the built-in networks, and any other name is accepted, for a network of your own. */
export type LayerName = Vgg16Layer | Vgg19Layer | AlexnetLayer | SqueezenetLayer | (string & Pick<string, 'length'>)
