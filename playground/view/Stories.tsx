/** The stories: the recorded run of each, to choose from, and the one that is open. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { NETWORK_TITLES } from '../loss/layers.js'
import { savesData } from '../engine/firstWorker.js'
import { FROM_FILE } from '../engine/fromFile.js'
import { namedSums } from '../loss/namedSums.js'
import { currentRows, type State } from '../state.js'
import { OPENING, STORIES, toldBy, type Story, type StoryName } from '../stories.js'
import type { Playground } from '../usePlayground.js'
import { short } from './numbers.js'
import { RecordedStory, Tile } from './Recorded.js'
import { Progress } from './Progress.js'
import { Slider } from './Slider.js'

export const Stories = ({ playground }: { readonly playground: Playground }): JSX.Element => {
  const { state, act } = playground
  const { story, recorded, result, doing } = state
  // The first number comes first.
  const [loads, setLoads] = useState(false)
  useEffect(() => {
    if (!savesData() && (result !== undefined || doing === undefined)) setLoads(true)
  }, [result === undefined, doing === undefined])
  return (
    <section class="card stories" aria-labelledby="stories-title">
      <h2 id="stories-title" class="hidden">
        Stories
      </h2>
      <div class="tiles">
        {(Object.keys(STORIES) as StoryName[]).map((name) => (
          <Tile key={name} name={name} open={name === (story ?? recorded)} loads={loads} choose={() => act({ kind: 'story', name })} />
        ))}
      </div>
      {story !== undefined && <Told playground={playground} story={toldBy(story, state.draft.loss)} />}
      {recorded !== undefined && <RecordedStory key={recorded} playground={playground} name={recorded} />}
    </section>
  )
}

const Told = ({ playground, story }: { readonly playground: Playground; readonly story: Story }): JSX.Element => {
  const { state, act, cancel } = playground
  const { descending, settings } = state
  return (
    <>
      <p>{story.look}</p>
      {story.plays === 'slider' ? (
        <>
          <Slider
            label="From brighter (0) to blurred (1)"
            value={settings.mix}
            min={0}
            max={1}
            step={0.05}
            change={(mix) => act({ kind: 'settings', change: { mix, prediction: 'equalMse' } })}
          />
          <div class="figures-row">
            <Figures state={state} />
            <div class="buttons">
              {story === OPENING && !FROM_FILE && (
                <button type="button" onClick={() => act({ kind: 'story', name: 'mse', run: STORIES.mse })}>
                  Add DISTS ({NETWORK_TITLES.vgg16.megabytes} MB)
                </button>
              )}
              {state.playing && (
                <button type="button" class="quiet" onClick={() => act({ kind: 'played' })}>
                  Stop
                </button>
              )}
            </div>
          </div>
        </>
      ) : (
        <>
          {descending === undefined ? <p class="hint">{state.doing ?? 'Ready'} …</p> : <Progress descending={descending} steps={settings.descent.steps} />}
          {descending?.active === true && (
            <button type="button" class="stop" onClick={cancel}>
              Stop the story
            </button>
          )}
        </>
      )}
    </>
  )
}

/** A number for each name in the loss. */
const Figures = ({ state }: { readonly state: State }): JSX.Element => {
  const rows = currentRows(state)
  return (
    <dl class="figures" data-testid="figures">
      {namedSums(state.draft.terms, rows ?? []).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{rows === undefined ? '–' : short(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
