/** DISTS: zero on identity, and a gradient that is finite where the peers’ is not. */
import { dists } from '../../src/index.js'
import { judgesPictures } from '../support/networkRecipes.js'

judgesPictures('dists', dists)
