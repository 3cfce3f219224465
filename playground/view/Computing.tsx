/** What computes, and within which limits. */
import type { JSX } from 'preact'
import { BACKENDS, type BackendName } from '../engine/protocol.js'
import { BUDGETS, SIDES, type Budget } from '../settings.js'
import type { Playground } from '../usePlayground.js'
import { currentRows, valueOf } from '../state.js'
import { bytes, pixels, short } from './numbers.js'

const BACKEND_TITLES: Readonly<Record<BackendName | 'best', string>> = {
  best: 'the best that works',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript',
}

const BUDGET_TITLES: Readonly<Record<Budget, string>> = { phone: 'phone', laptop: 'laptop', workstation: 'workstation' }

export const Computing = ({ playground }: { readonly playground: Playground }): JSX.Element => {
  const { settings } = playground.state
  const set = (change: Partial<typeof settings>): void => playground.act({ kind: 'settings', change })
  return (
    <section class="card" aria-labelledby="computing-title">
      <h2 id="computing-title">Computing</h2>
      <Status playground={playground} />
      <div class="controls">
        <label class="field">
          <span>Computed by</span>
          <select value={settings.backend} onChange={({ currentTarget }) => set({ backend: currentTarget.value as BackendName | 'best' })}>
            {(['best', ...BACKENDS] as const).map((name) => (
              <option key={name} value={name}>
                {BACKEND_TITLES[name]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Longest side</span>
          <select value={settings.side} onChange={({ currentTarget }) => set({ side: currentTarget.value === 'full' ? 'full' : Number(currentTarget.value) })}>
            {SIDES.map((side) => (
              <option key={side} value={side}>{`${String(side)} px`}</option>
            ))}
            <option value="full">full size</option>
          </select>
        </label>
        <label class="field">
          <span>Memory</span>
          <select value={settings.budget} onChange={({ currentTarget }) => set({ budget: currentTarget.value as Budget })}>
            {Object.entries(BUDGETS).map(([name, most]) => (
              <option key={name} value={name}>{`${BUDGET_TITLES[name as Budget]}, ${bytes(most)}`}</option>
            ))}
          </select>
        </label>
      </div>
      <Used playground={playground} />
    </section>
  )
}

const Status = ({ playground: { state, cancel } }: { readonly playground: Playground }): JSX.Element => {
  const { started, doing } = state
  const rows = currentRows(state)
  const idle = rows === undefined ? 'Waiting' : `Loss ${short(valueOf(rows))}`
  return (
    <div class="status">
      <p>
        <span class="badge" data-testid="backend" data-backend={started?.backend} data-threads={started?.threads}>
          {started === undefined ? '…' : BACKEND_TITLES[started.backend]}
        </span>
        <span>{started?.reason}</span>
      </p>
      <p class="doing">
        <span role="status" data-testid="status" class={doing === undefined ? '' : 'busy'}>
          {doing === undefined ? idle : `${doing} …`}
        </span>
        {doing !== undefined && started !== undefined && (
          <button type="button" class="quiet" onClick={cancel}>
            Cancel
          </button>
        )}
      </p>
      {started !== undefined && started.tried.length > 1 && (
        <details>
          <summary>What was tried</summary>
          <ul class="tried">
            {started.tried.map(({ name, chosen, reason }) => (
              <li key={name}>
                {chosen ? '✓ ' : '✗ '}
                {BACKEND_TITLES[name]}: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

const Used = ({ playground: { state } }: { readonly playground: Playground }): JSX.Element | null => {
  const { result, settings } = state
  if (result === undefined) return null
  const { tiles, atMost, bytes: used } = result.fitted
  const most = BUDGETS[settings.budget]
  return (
    <p class="used" data-testid="used" data-bytes={used}>
      <meter aria-label="Memory of a step" min={0} max={most} value={used} />{' '}
      {`${pixels(result.fitted)} px ${tiles === undefined ? 'takes' : `in ${String(tiles)} tiles takes`} ${atMost === true ? 'less than ' : ''}${bytes(used)} of ${bytes(most)} at most, networks included.`}
    </p>
  )
}
