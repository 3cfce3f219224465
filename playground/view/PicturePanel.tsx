/** The pictures and the number: the target, the one that is judged, others that the loss asks for, and where the loss comes from. */
import type { JSX } from 'preact'
import { picturesOf } from '../loss/terms.js'
import { CHANGES, CHANGE_TITLES, EQUAL_MSE, SAMPLES, SAMPLE_TITLES } from '../pictures/names.js'
import type { TargetChoice, PredictionChoice } from '../settings.js'
import type { OtherChoice } from '../state.js'
import type { Playground } from '../usePlayground.js'
import { DropZone } from './DropZone.js'
import { Numbers } from './Numbers.js'
import { Wipe } from './Wipe.js'

const SampleOptions = (): JSX.Element => (
  <optgroup label="Samples">
    {SAMPLES.map((name) => (
      <option key={name} value={name}>
        {SAMPLE_TITLES[name]}
      </option>
    ))}
  </optgroup>
)

/** Offered where there is one. */
const OwnOption = ({ there, value, children }: { readonly there: boolean; readonly value: string; readonly children: string }): JSX.Element | null =>
  there ? <option value={value}>{children}</option> : null

export const PicturePanel = ({ playground }: { readonly playground: Playground }): JSX.Element => {
  const { state, act, drop } = playground
  const { settings, pictures, own } = state
  const others = picturesOf(state.draft.loss).filter((name) => name !== 'target')
  return (
    <section class="pictures" aria-labelledby="pictures-title">
      <h2 id="pictures-title" class="hidden">
        Pictures
      </h2>
      <DropZone
        title="Target"
        picture={pictures?.references['target']}
        drop={(file, name) => drop('target', file, name)}
        value={settings.target}
        choose={(choice) => act({ kind: 'settings', change: { target: choice as TargetChoice } })}
      >
        <SampleOptions />
        <OwnOption there={own['target'] !== undefined} value="own">
          My file
        </OwnOption>
      </DropZone>
      <DropZone
        title="Prediction"
        picture={pictures?.prediction}
        drop={(file, name) => drop('prediction', file, name)}
        value={settings.prediction}
        choose={(choice) => act({ kind: 'settings', change: { prediction: choice as PredictionChoice } })}
      >
        <optgroup label="The target">
          {CHANGES.map((name) => (
            <option key={name} value={name}>
              {CHANGE_TITLES[name]}
            </option>
          ))}
          <option value={EQUAL_MSE}>brighter to blurred, of equal MSE</option>
        </optgroup>
        <SampleOptions />
        <OwnOption there={own['prediction'] !== undefined} value="own">
          My file
        </OwnOption>
        <OwnOption there={own['optimised'] !== undefined} value="optimised">
          What was optimised
        </OwnOption>
      </DropZone>
      <Wipe state={state} />
      <Numbers playground={playground} />
      {others.map((name) => (
        <DropZone
          key={name}
          title={name}
          picture={pictures?.references[name]}
          drop={(file, fileName) => drop(name, file, fileName)}
          value={state.others[name] ?? 'swirls'}
          choose={(choice) => act({ kind: 'other', of: name, choice: choice as OtherChoice })}
        >
          <SampleOptions />
          <OwnOption there={own[name] !== undefined} value="own">
            My file
          </OwnOption>
        </DropZone>
      ))}
    </section>
  )
}
