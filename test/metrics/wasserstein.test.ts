/** The Wasserstein loss of generators and critics. */
import { judges } from '../support/adversarial.js'

judges('wasserstein')
