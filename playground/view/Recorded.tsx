/** The recorded run of a story: small, as one of three to choose from, and large, with a button that runs the story here. */
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { FROM_FILE, NOT_FROM_FILES } from '../engine/fromFile.js'
import { movesLittle } from '../firstVisit.js'
import { NETWORK_TITLES } from '../loss/layers.js'
import { networksFor } from '../loss/networksFor.js'
import { RECORDINGS } from '../pictures/recordings.js'
import { STORIES, versionsOf, type StoryName } from '../stories.js'
import { useInView } from '../useInView.js'
import { useRecording, type Playing } from '../useRecording.js'
import type { Playground } from '../usePlayground.js'
import { Curve } from './Curve.js'
import { short } from './numbers.js'

interface TileProps {
  readonly name: StoryName
  readonly open: boolean
  /** Whether recordings may load unasked. */
  readonly loads: boolean
  readonly choose: () => void
}

/** A story to choose: it plays once when it comes into view, and again under the pointer. */
export const Tile = ({ name, open, loads, choose }: TileProps): JSX.Element => {
  const tile = useRef<HTMLDivElement>(null)
  const inView = useInView(tile)
  const playing = useRecording(name, loads && inView)
  const again = (): void => {
    if (playing.frame === RECORDINGS[name].frames.length - 1 && !movesLittle()) playing.playAgain()
  }
  return (
    <div ref={tile} class={open ? 'tile open' : 'tile'} data-story={name} data-loaded={playing.strip !== undefined} onPointerEnter={again}>
      <div class="thumb">
        <Frame name={name} playing={playing} />
      </div>
      <div class="tile-words">
        <button type="button" class="bare" aria-pressed={open} onClick={choose}>
          {STORIES[name].title}
        </button>
        <p>
          <small>recorded</small> {numberOf(name, playing.frame)}
        </p>
        <Spark name={name} frame={playing.frame} />
      </div>
    </div>
  )
}

/** The number that matters at a frame. */
const numberOf = (name: StoryName, frame: number): string => {
  const values = shownOf(name, frame)
  const [first = 0, last = 0] = [values[0], values.at(-1)]
  return name === 'mse' ? `LPIPS ${last.toFixed(2)}, same MSE` : `${brief(first)} → ${brief(last)}`
}

const brief = (value: number): string => String(Number(value.toPrecision(2)))

/** The values up to a frame: of the loss, or of LPIPS. */
const shownOf = (name: StoryName, frame: number): readonly number[] => {
  const { values, frames } = RECORDINGS[name]
  return (values['loss'] ?? values['LPIPS'] ?? []).slice(0, frames[frame])
}

/** How the number moves, without axes. */
const Spark = ({ name, frame }: { readonly name: StoryName; readonly frame: number }): JSX.Element => {
  const all = shownOf(name, RECORDINGS[name].frames.length - 1).map(Math.log)
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const points = shownOf(name, frame).map((value, i) => {
    const [x, y] = [i / (all.length - 1), (most - Math.log(value)) / (most - least)]
    return `${(2 + 96 * x).toFixed(1)},${(2 + 20 * y).toFixed(1)}`
  })
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" stroke-width="2" vector-effect="non-scaling-stroke" />
    </svg>
  )
}

/** A frame of a recording; empty until it has been loaded. */
const Frame = ({ name, playing: { strip, frame } }: { readonly name: StoryName; readonly playing: Playing }): JSX.Element => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height } = RECORDINGS[name]
  useEffect(() => {
    if (strip !== undefined) canvas.current?.getContext('2d')?.drawImage(strip, 0, frame * height, width, height, 0, 0, width, height)
  }, [strip, frame])
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={`A recorded run: ${STORIES[name].title}`} />
}

/** The recorded run of the story that someone chose. */
export const RecordedStory = ({ playground, name }: { readonly playground: Playground; readonly name: StoryName }): JSX.Element => {
  const playing = useRecording(name, true)
  return (
    <>
      <p>{STORIES[name].look}</p>
      <div class="watch" data-testid="recorded">
        <div class="frame">
          <Frame name={name} playing={playing} />
        </div>
        <div class="curve">
          <p>
            <strong>Recorded</strong> with the code of this page
          </p>
          <RecordedNumbers name={name} frame={playing.frame} />
          <div class="buttons">
            <RunHere playground={playground} name={name} />
            <button type="button" class="quiet" onClick={playing.playAgain}>
              Play again
            </button>
          </div>
        </div>
      </div>
    </>
  )
}

const RecordedNumbers = ({ name, frame }: { readonly name: StoryName; readonly frame: number }): JSX.Element => {
  const { values, frames } = RECORDINGS[name]
  const { loss } = values
  if (loss === undefined)
    return (
      <dl class="figures">
        {Object.entries(values).map(([measure, all]) => (
          <div key={measure}>
            <dt>{measure}</dt>
            <dd>{short(all[frame] ?? 0)}</dd>
          </div>
        ))}
      </dl>
    )
  const shown = loss.slice(0, frames[frame])
  return (
    <>
      <p data-testid="recorded-step">{`Step ${String(shown.length)}: ${short(shown[0] ?? 0)} → ${short(shown.at(-1) ?? 0)}`}</p>
      <Curve values={shown} />
    </>
  )
}

/** Runs the story with its networks, of which it says how much has to be downloaded. */
const RunHere = ({ playground: { state, act }, name }: { readonly playground: Playground; readonly name: StoryName }): JSX.Element => {
  const smallest = versionsOf(name).at(-1) ?? STORIES[name]
  const missing = networksFor(smallest.loss).filter((network) => !state.here.includes(network))
  if (FROM_FILE && missing.includes('vgg16')) return <p class="hint">{NOT_FROM_FILES}</p>
  const megabytes = missing.reduce((sum, network) => sum + NETWORK_TITLES[network].megabytes, 0)
  return (
    <button type="button" class="primary" onClick={() => act({ kind: 'story', name, run: smallest })}>
      Run it here{megabytes === 0 ? '' : ` (${String(megabytes)} MB)`}
    </button>
  )
}
