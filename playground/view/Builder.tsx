/** Where a loss is built: from one that has a name, by sliders, or as JSON. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { publishedAs } from '../loss/meaning.js'
import { presetOf, PRESETS } from '../loss/presets.js'
import { changed, type TermJson } from '../loss/terms.js'
import type { Action, Draft } from '../state.js'
import { JsonEditor } from './JsonEditor.js'
import { TermCard } from './TermCard.js'

interface Props {
  readonly draft: Draft
  readonly act: (action: Action) => void
}

const ANOTHER: TermJson = { weight: 1, names: [], leaf: { metric: 'mse', feature: { layer: 'block1_conv2' } } }

type View = 'sliders' | 'json'
const VIEWS: Readonly<Record<View, string>> = { sliders: 'Sliders', json: 'JSON' }

export const Builder = ({ draft, act }: Props): JSX.Element => {
  const [view, setView] = useState<View>('sliders')
  return (
    <section class="card building" aria-labelledby="loss">
      <div class="building-head">
        <h2 id="loss" tabIndex={-1}>
          Build the loss
        </h2>
        <fieldset class="segments">
          <legend class="hidden">Edit as</legend>
          {Object.entries(VIEWS).map(([name, title]) => (
            <label key={name}>
              <input type="radio" name="view" checked={view === name} onChange={() => setView(name as View)} />
              <span>{title}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <Presets draft={draft} act={act} />
      {view === 'json' ? <JsonEditor draft={draft} act={act} /> : <Terms draft={draft} act={act} />}
    </section>
  )
}

const Presets = ({ draft, act }: Props): JSX.Element => (
  <label class="field">
    <span>Begin with</span>
    <select
      value={presetOf(draft.loss) ?? ''}
      onChange={({ currentTarget }) => {
        const preset = PRESETS[currentTarget.value]
        if (preset !== undefined) act({ kind: 'loss', loss: preset.loss })
      }}
    >
      <option value="" disabled>
        a loss of your own
      </option>
      {Object.entries(PRESETS).map(([name, { title }]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  </label>
)

const Terms = ({ draft: { loss, terms, problem }, act }: Props): JSX.Element => {
  const published = publishedAs(loss)
  const set = (next: readonly TermJson[]): void => act({ kind: 'terms', terms: next })
  return (
    <>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {published !== undefined && (
        <div class="term">
          <strong>{published.title}</strong>
          <p>{published.meaning}</p>
        </div>
      )}
      <details class="all-terms" open={published === undefined} key={published?.title ?? ''}>
        <summary>{`${String(terms.length)} ${terms.length === 1 ? 'term' : 'terms'}`}</summary>
        <ul class="terms">
          {terms.map((term, i) => (
            <TermCard key={i} term={term} change={(change) => set(changed(terms, i, change))} remove={() => set(terms.filter((_, other) => other !== i))} />
          ))}
        </ul>
      </details>
      <button type="button" class="add" onClick={() => set([...terms, ANOTHER])}>
        Add a term
      </button>
    </>
  )
}
