/** What was computed, as JSON: the loss, its value and terms, and at which size on what. */
import { encode, type BreakdownRow } from 'perceptual-loss'
import { shapingOf, valueOf, type State } from '../state.js'

/** The numbers on the page. */
export const resultsOf = ({ draft, result, started, pictures, settings }: State, rows: readonly BreakdownRow[]): unknown => ({
  value: valueOf(rows),
  terms: rows,
  loss: encode(draft.loss),
  computed: {
    backend: started?.backend,
    width: result?.fitted.width,
    height: result?.fitted.height,
    tiles: result?.fitted.tiles ?? 1,
    milliseconds: result?.milliseconds,
    shaping: shapingOf({ pictures, settings }),
  },
  pictures: { target: settings.target, prediction: settings.prediction },
})
