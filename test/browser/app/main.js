import { result } from './loss.js'

window.result = result()
