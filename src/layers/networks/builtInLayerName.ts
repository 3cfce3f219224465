import type { AlexnetLayer } from './alexnet.js'
import type { AlexnetShiftTolerantLayer } from './alexnetShiftTolerant.js'
import type { SqueezenetLayer } from './squeezenet.js'
import type { Vgg16Layer } from './vgg16.js'
import type { Vgg19Layer } from './vgg19.js'

/** The name of a layer: an editor completes those of the built-in networks, and any other name is accepted, for a network of your own. */
export type LayerName = Vgg16Layer | Vgg19Layer | AlexnetLayer | AlexnetShiftTolerantLayer | SqueezenetLayer | (string & Pick<string, 'length'>)
