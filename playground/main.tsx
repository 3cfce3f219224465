/** The entry: starts the worker, then loads the page, so that both load at once. */
import './engine/firstWorker.js'

void import('./page.js')
