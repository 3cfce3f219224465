import type { Prelude } from '../dialect.js'
import { arithmetic } from './arithmetic.js'
import { blurs } from './blurs.js'
import { colours } from './colours.js'
import { networks } from './networks.js'
import { pyramids } from './pyramids.js'
import { resampling } from './resampling.js'
import { spectra } from './spectra.js'
import { vectors } from './vectors.js'

/** Functions that are the same in both libraries, but for `ops.`. */
export const common: Prelude = { ...arithmetic, ...blurs, ...colours, ...resampling, ...pyramids, ...spectra, ...vectors, ...networks }
