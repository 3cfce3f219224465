import type { PythonForms } from '../pythonForm.js'
import { adversarial } from './adversarialForms.js'
import { colours } from './colourForms.js'
import { distances } from './distanceForms.js'
import { features } from './featureForms.js'
import { pictures } from './pictureForms.js'
import { pointwise } from './pointwiseForms.js'
import { pyramid } from './pyramidForms.js'
import { ranking } from './rankingForms.js'
import { spectral } from './spectralForms.js'
import { structure } from './structureForms.js'
import { textures } from './textureForms.js'

/** The Python forms of every built-in definition, by id. */
export const builtInForms: PythonForms = {
  ...pointwise,
  ...features,
  ...adversarial,
  ...structure,
  ...distances,
  ...ranking,
  ...colours,
  ...spectral,
  ...pyramid,
  ...textures,
  ...pictures,
}
