/** The least-squares loss of generators and discriminators. */
import { judges } from '../support/adversarial.js'

judges('leastSquares')
