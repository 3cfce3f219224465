/** Gradient descent on the prediction, to watch. */
import type { JSX } from 'preact'
import type { Descent } from '../engine/protocol.js'
import { HIGHEST_RATE, MOST_STEPS } from '../settings.js'
import type { Playground } from '../usePlayground.js'
import { Curve } from './Curve.js'
import { short } from './numbers.js'
import { PictureCanvas } from './PictureCanvas.js'
import { Slider } from './Slider.js'

const BEGINNINGS: Readonly<Record<Descent['from'], string>> = { prediction: 'the prediction', noise: 'noise', grey: 'grey' }

export const Optimising = ({ playground }: { readonly playground: Playground }): JSX.Element => {
  const { state, act, optimise, cancel } = playground
  const { descending, settings, started, pictures } = state
  const { descent } = settings
  const active = descending?.active === true
  const set = (change: Partial<Descent>): void => act({ kind: 'settings', change: { descent: { ...descent, ...change } } })
  return (
    <section class="card optimising" aria-labelledby="optimise-title">
      <h2 id="optimise-title">Optimise the prediction</h2>
      <div class="controls">
        <label class="field">
          <span>Begin with</span>
          <select value={descent.from} onChange={({ currentTarget }) => set({ from: currentTarget.value as Descent['from'] })} disabled={active}>
            {Object.entries(BEGINNINGS).map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <Slider label="Steps" value={descent.steps} min={1} max={MOST_STEPS} step={1} change={(steps) => set({ steps })} disabled={active} />
        <Slider label="Rate" value={descent.rate} min={0.001} max={HIGHEST_RATE} step={0.001} change={(rate) => set({ rate })} disabled={active} />
        <div class="buttons">
          {active ? (
            <button type="button" class="stop" onClick={cancel}>
              Stop
            </button>
          ) : (
            <button type="button" class="primary" onClick={optimise} disabled={started === undefined || pictures === undefined}>
              Optimise
            </button>
          )}
          <button type="button" onClick={() => act({ kind: 'adopt' })} disabled={active || descending?.picture === undefined}>
            Use as prediction
          </button>
        </div>
      </div>
      {descending !== undefined && <Progress descending={descending} steps={descent.steps} />}
    </section>
  )
}

interface ProgressProps {
  readonly descending: NonNullable<Playground['state']['descending']>
  readonly steps: number
}

const Progress = ({ descending: { values, picture, active, stopped }, steps }: ProgressProps): JSX.Element => {
  const [first, last] = [values[0], values.at(-1)]
  const none = active ? 'The first step takes longest.' : 'No step was taken'
  const said = last === undefined || first === undefined ? none : `Step ${String(values.length)}: ${short(first)} → ${short(last)}`
  return (
    <div class="watch">
      <div class="frame">
        <PictureCanvas picture={picture} label="The picture being optimised" />
      </div>
      <div class="curve">
        <progress aria-label="Steps done" max={steps} value={values.length} />
        <p data-testid="step" data-steps={values.length}>
          {said}
          {!active && values.length < steps && stopped !== undefined ? ` (${stopped})` : ''}
        </p>
        <Curve values={values} />
      </div>
    </div>
  )
}
