import type { PythonForms } from '../form.js'
import { adversarial } from './adversarial.js'
import { distances } from './distances.js'
import { features } from './features.js'
import { pictures } from './pictures.js'
import { pointwise } from './pointwise.js'
import { structure } from './structure.js'

/** The Python forms of every built-in definition, by id. */
export const builtInForms: PythonForms = { ...pointwise, ...features, ...adversarial, ...structure, ...distances, ...pictures }
