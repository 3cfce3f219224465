/** The nearest known name, offered where a name is unknown. */
export { suggestion } from '../core/errors/nearestName.js'
