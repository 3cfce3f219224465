/** The size a number was computed at, one click to full size, and the question how pictures of two shapes are compared. */
import type { JSX } from 'preact'
import { SHAPINGS, type Shaping } from '../engine/protocol.js'
import { currentRows, shapesDiffer, shapingOf, type State } from '../state.js'
import type { Playground } from '../usePlayground.js'
import { pixels } from './numbers.js'
import { sizeWords } from './sizeWords.js'

export const Computed = ({ playground: { state, act, usualSide } }: { readonly playground: Playground }): JSX.Element => {
  const { settings } = state
  const full = settings.side === 'full'
  return (
    <>
      <p class="computed" data-testid="size">
        {wordsOf(state)}
      </p>
      <button
        type="button"
        aria-pressed={full}
        title="Computes every pixel, in tiles where the picture exceeds the memory"
        onClick={() => act({ kind: 'settings', change: { side: full ? usualSide : 'full' } })}
      >
        Full size
      </button>
    </>
  )
}

const wordsOf = (state: State): string => {
  const { result, pictures } = state
  const [shaping, target] = [shapingOf(state), pictures?.references['target']]
  if (result === undefined || target === undefined || pictures === undefined || shaping === undefined || currentRows(state) === undefined) return ''
  return `${sizeWords(result.fitted, target, pictures.prediction, shaping)}; ${result.milliseconds.toFixed(0)} ms`
}

const SHAPING_TITLES: Readonly<Record<Shaping, string>> = {
  fit: 'Fit: stretch it to the target’s size',
  crop: 'Crop: scale it, cut off what stands over',
  pad: 'Pad: scale it, fill the rest with white',
}

/** Shown while target and prediction have different shapes. */
export const ShapeQuestion = ({ playground: { state, act } }: { readonly playground: Playground }): JSX.Element | null => {
  const { pictures, settings } = state
  const target = pictures?.references['target']
  if (pictures === undefined || target === undefined || !shapesDiffer(state)) return null
  return (
    <fieldset class="card shapes">
      <legend class="hidden">How to compare two shapes</legend>
      <p>
        The target has {pixels(target)} px, the prediction {pixels(pictures.prediction)}. How should the prediction be brought to the target’s shape?
      </p>
      {SHAPINGS.map((shaping) => (
        <label class="check" key={shaping}>
          <input type="radio" name="shaping" checked={settings.shaping === shaping} onChange={() => act({ kind: 'settings', change: { shaping } })} />
          {SHAPING_TITLES[shaping]}
        </label>
      ))}
    </fieldset>
  )
}
