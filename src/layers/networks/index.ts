/**
 * The built-in networks, in ONE list: a new one costs its file and a line in each part here.
 */
import { ALEXNET, alexnet } from './alexnet.js'
import type { Network, WeightsOptions } from './loadNetwork.js'
import type { NetworkTable } from '../architecture/networkTable.js'
import { SQUEEZENET, squeezenet } from './squeezenet.js'
import { VGG16, vgg16 } from './vgg16.js'
import { VGG19, vgg19 } from './vgg19.js'

export { tryVgg16, vgg16, type Vgg16Layer, type Vgg16Options } from './vgg16.js'
export { tryVgg19, vgg19, type Vgg19Layer, type Vgg19Options } from './vgg19.js'
export { alexnet, tryAlexnet, type AlexnetLayer, type AlexnetOptions } from './alexnet.js'
export { alexnetShiftTolerant, tryAlexnetShiftTolerant, type AlexnetShiftTolerantLayer, type AlexnetShiftTolerantOptions } from './alexnetShiftTolerant.js'
export { squeezenet, trySqueezenet, type SqueezenetLayer, type SqueezenetOptions } from './squeezenet.js'

/** A built-in network: the table of its layers, and how it is loaded; the package has the weights of some, `weights` gives those of the others. */
export interface BuiltInNetwork {
  readonly table: NetworkTable
  readonly load: (options: Partial<WeightsOptions>) => Promise<Network<string>>
}

type Load = BuiltInNetwork['load']

/** Every built-in network, by its name. */
export const builtInNetworks = {
  vgg16: { table: VGG16, load: vgg16 },
  vgg19: { table: VGG19, load: vgg19 as Load },
  alexnet: { table: ALEXNET, load: alexnet },
  squeezenet: { table: SQUEEZENET, load: squeezenet as Load },
} as const satisfies Readonly<Record<string, BuiltInNetwork>>

/** The name of a built-in network. */
export type NetworkName = keyof typeof builtInNetworks
