/** What a person can take away: pictures, the run as a film, the numbers, and the loss as a program. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { programOf } from '../loss/program.js'
import { coloured } from '../pictures/colours.js'
import { gifOf, pngOf, save } from '../pictures/files.js'
import { currentRows } from '../state.js'
import type { Playground } from '../usePlayground.js'
import { resultsOf } from './results.js'

interface Offered {
  readonly title: string
  readonly name: string
  /** Makes the file; undefined while there is nothing to put into it. */
  readonly make: (() => Promise<Blob> | Blob) | undefined
}

const textFile = (text: string): Blob => new Blob([text], { type: 'text/plain;charset=utf-8' })

/** What is on the page now, as files. */
const offeredBy = ({ state, onnx }: Playground): readonly Offered[] => {
  const { pictures, heat, descending, draft, result } = state
  const optimised = descending?.picture
  const frames = descending?.active === false ? descending.film.frames : []
  const rows = currentRows(state)
  return [
    { title: 'Prediction (PNG)', name: 'prediction.png', make: pictures && (() => pngOf(pictures.prediction)) },
    { title: 'Heat map (PNG)', name: 'heat-map.png', make: heat && (() => pngOf(coloured(heat))) },
    { title: 'The result (PNG)', name: 'result.png', make: optimised && (() => pngOf(optimised)) },
    { title: 'The run (GIF)', name: 'run.gif', make: frames.length === 0 ? undefined : () => gifOf(frames) },
    { title: 'Numbers (JSON)', name: 'numbers.json', make: rows && (() => textFile(JSON.stringify(resultsOf(state, rows), null, 2))) },
    { title: 'Loss (JSON)', name: 'loss.json', make: () => textFile(draft.text) },
    { title: 'Loss (TypeScript)', name: 'loss.mts', make: () => textFile(programOf(draft.loss)) },
    { title: 'Loss (ONNX)', name: 'loss.onnx', make: rows && result && (async () => new Blob([await onnx(result.fitted)])) },
    { title: 'Loss (PyTorch)', name: 'loss.py', make: async () => textFile((await import('perceptual-loss/python')).toTorch(draft.loss)) },
  ]
}

export const Downloads = ({ playground }: { readonly playground: Playground }): JSX.Element => {
  const { act } = playground
  const [making, setMaking] = useState<string>()
  const take = async ({ title, name, make }: Offered): Promise<void> => {
    if (make === undefined) return
    setMaking(title)
    try {
      save(await make(), name)
    } catch (error) {
      act({ kind: 'problem', problem: error instanceof Error ? error.message : String(error) })
    }
    setMaking(undefined)
  }
  return (
    <section class="card" aria-labelledby="downloads-title">
      <h2 id="downloads-title">Download</h2>
      <div class="buttons downloads">
        {offeredBy(playground).map((offered) => (
          <button key={offered.name} type="button" disabled={offered.make === undefined || making !== undefined} onClick={() => void take(offered)}>
            {making === offered.title ? 'Making it …' : offered.title}
          </button>
        ))}
      </div>
    </section>
  )
}
