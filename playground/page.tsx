/** The playground: build a loss, see where it differs in two pictures, optimise one towards the other. */
import { render } from 'preact'
import 'katex/dist/katex.min.css'
import './style.css'
import { App } from './view/App.js'

const root = document.getElementById('app')
if (root !== null) render(<App />, root)
