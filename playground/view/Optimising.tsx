/** Gradient descent on the prediction, to watch. */
import type { JSX } from 'preact'
import type { Descent } from '../engine/protocol.js'
import { HIGHEST_RATE, MOST_STEPS } from '../settings.js'
import type { Playground } from '../usePlayground.js'
import { Progress } from './Progress.js'
import { Slider } from './Slider.js'

const BEGINNINGS: Readonly<Record<Descent['from'], string>> = { prediction: 'the prediction', noise: 'noise', grey: 'grey' }

export const Optimising = ({ playground }: { readonly playground: Playground }): JSX.Element => {
  const { state, act, optimise, cancel } = playground
  const { descending, settings, started, pictures, story } = state
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
      {descending !== undefined && story === undefined && <Progress descending={descending} steps={descent.steps} />}
    </section>
  )
}
