/** How a term looks at a picture: the pixels or a layer, as it is or transformed. */
import type { JSX } from 'preact'
import { TRANSFORMS } from '../loss/catalogue.js'
import { LAYERS, NETWORKS, NETWORK_TITLES } from '../loss/layers.js'
import type { FeatureParts } from '../loss/terms.js'

interface Props {
  readonly parts: FeatureParts
  readonly change: (parts: FeatureParts) => void
}

const AS_IT_IS = ''

export const FeatureFields = ({ parts: { base, transforms }, change }: Props): JSX.Element => {
  const layer = base === 'pixels' ? 'pixels' : base.layer
  const listed = layer === 'pixels' || NETWORKS.some((network) => LAYERS[network].includes(layer))
  const joined = transforms.map(({ transform }) => transform).join(' of ')
  const look = (name: string): void => change({ base: name === 'pixels' ? 'pixels' : { ...(base === 'pixels' ? {} : base), layer: name }, transforms })
  const transform = (name: string): void => change({ base, transforms: name === AS_IT_IS ? [] : [{ transform: name }] })
  return (
    <>
      <label class="field">
        <span>Layer</span>
        <select value={layer} onChange={({ currentTarget }) => look(currentTarget.value)}>
          {!listed && <option value={layer}>{layer}</option>}
          <option value="pixels">pixels</option>
          {NETWORKS.map((network) => (
            <optgroup key={network} label={NETWORK_TITLES[network].title}>
              {LAYERS[network].map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Seen</span>
        <select value={joined} onChange={({ currentTarget }) => transform(currentTarget.value)}>
          <option value={AS_IT_IS}>as it is</option>
          {joined !== AS_IT_IS && !(joined in TRANSFORMS) && <option value={joined}>{joined}</option>}
          {Object.entries(TRANSFORMS).map(([id, title]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
    </>
  )
}
