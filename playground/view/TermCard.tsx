/** One term: how pictures are looked at, how they are compared, and how much it weighs. */
import type { JSX } from 'preact'
import { METRICS, REGULARIZERS } from '../loss/catalogue.js'
import { featureOf, idOf, partsOf, titleOf, type LeafJson, type TermJson } from '../loss/terms.js'
import { FeatureFields } from './FeatureFields.js'
import { Options } from './Options.js'
import { WeightSlider } from './WeightSlider.js'

interface Props {
  readonly term: TermJson
  readonly change: (change: Partial<TermJson>) => void
  readonly remove: () => void
}

/** The same feature, looked at by another metric or regularizer; options were the old one's. */
const judgedBy = (leaf: LeafJson, id: string): LeafJson => {
  if (id in REGULARIZERS) return { regularizer: id, feature: leaf.feature }
  return { metric: id, feature: leaf.feature, ...('against' in leaf ? { against: leaf.against } : {}) }
}

export const TermCard = ({ term, change, remove }: Props): JSX.Element => {
  const { leaf, weight, names } = term
  const title = titleOf(term)
  const id = idOf(leaf)
  const known = { ...METRICS, ...REGULARIZERS }
  return (
    <li class="term">
      <div class="term-head">
        <strong>{names.length === 0 ? id : names.join(', ')}</strong>
        {'against' in leaf && <small>against {leaf.against}</small>}
        <button type="button" class="quiet" onClick={remove} aria-label={`Remove ${title}`}>
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M3 3l10 10M13 3L3 13" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
          </svg>
        </button>
      </div>
      <WeightSlider weight={weight} title={title} change={(next) => change({ weight: next })} />
      <div class="pair">
        <label class="field wide">
          <span>Measure</span>
          <select value={id} onChange={({ currentTarget }) => change({ leaf: judgedBy(leaf, currentTarget.value) })}>
            {!(id in known) && <option value={id}>{id}</option>}
            <optgroup label="Compares">{Object.entries(METRICS).map(option)}</optgroup>
            <optgroup label="Judges the prediction alone">{Object.entries(REGULARIZERS).map(option)}</optgroup>
          </select>
        </label>
        <FeatureFields parts={partsOf(leaf.feature)} change={(parts) => change({ leaf: { ...leaf, feature: featureOf(parts) } })} />
      </div>
      <Options
        role={'metric' in leaf ? 'metric' : 'regularizer'}
        id={id}
        options={leaf.options ?? {}}
        change={(options) => change({ leaf: { ...leaf, options } })}
      />
    </li>
  )
}

const option = ([id, title]: readonly [string, string]): JSX.Element => (
  <option key={id} value={id}>
    {title}
  </option>
)
