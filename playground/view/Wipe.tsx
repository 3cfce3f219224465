/** Target, prediction and heat map on top of each other: a wipe between two of them, zoomable, by hand and by keys. */
import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { Picture } from '../engine/protocol.js'
import { brightest, coloured } from '../pictures/colours.js'
import { shapingOf, type State } from '../state.js'
import { short } from './numbers.js'
import { PictureCanvas } from './PictureCanvas.js'

const LAYERS = ['target', 'prediction', 'heat', 'overlay'] as const
type Layer = (typeof LAYERS)[number]

const LAYER_TITLES: Readonly<Record<Layer, string>> = { target: 'target', prediction: 'prediction', heat: 'heat map', overlay: 'heat map over the prediction' }

const ZOOMS = [1, 2, 4, 8] as const

/** The proportions of the frame. */
const FRAME = 4 / 3

/** How the prediction is laid on the target. */
const OBJECT_FIT = { fit: 'fill', crop: 'cover', pad: 'contain' } as const

export const Wipe = ({ state }: { readonly state: State }): JSX.Element => {
  const [left, setLeft] = useState<Layer>('prediction')
  const [right, setRight] = useState<Layer>('heat')
  const [at, setAt] = useState(50)
  const [zoom, setZoom] = useState<number>(1)
  const { heat } = state
  const move = (event: PointerEvent): void => {
    if (event.type === 'pointermove' && event.buttons === 0) return
    const { left: start, width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    setAt(Math.round(Math.min(100, Math.max(0, (100 * (event.clientX - start)) / width))))
  }
  const keys = (event: KeyboardEvent): void => {
    const place = ZOOMS.findIndex((one) => one === zoom)
    const next = { '+': ZOOMS[place + 1], '-': ZOOMS[place - 1] }[event.key]
    if (next !== undefined) setZoom(next)
  }
  const words = `${LAYER_TITLES[left]} on the left, ${LAYER_TITLES[right]} on the right, divided at ${String(at)} %`
  return (
    <figure class="card picture wipe" onKeyDown={keys}>
      <div class="stage">
        <figcaption>
          <span>Compare</span>
          <small>drag, or ← →; + − zoom</small>
        </figcaption>
        <div class="scroller" tabIndex={0} role="group" aria-label="The two pictures, to scroll when zoomed">
          <div class="stack" style={stackSize(state, zoom)} onPointerDown={move} onPointerMove={move}>
            <LayerView layer={left} state={state} />
            <div class="layer" style={{ clipPath: `inset(0 0 0 ${String(at)}%)` }}>
              <LayerView layer={right} state={state} />
            </div>
            <div class="wipe-line" style={{ insetInlineStart: `${String(at)}%` }} aria-hidden="true" />
          </div>
        </div>
        <input
          type="range"
          aria-label="Wipe"
          aria-valuetext={words}
          min={0}
          max={100}
          value={at}
          onInput={({ currentTarget }) => setAt(Number(currentTarget.value))}
        />
      </div>
      <div class="stage-settings">
        <div class="wipe-controls">
          <LayerChoice label="Left" value={left} choose={setLeft} />
          <LayerChoice label="Right" value={right} choose={setRight} />
          <label class="field">
            <span>Zoom</span>
            <select value={zoom} onChange={({ currentTarget }) => setZoom(Number(currentTarget.value))}>
              {ZOOMS.map((one) => (
                <option key={one} value={one}>{`${String(one)} ×`}</option>
              ))}
            </select>
          </label>
        </div>
        <div class="colour-bar">
          <span>alike</span>
          <span class="colours" aria-hidden="true" />
          <span>{heat === undefined ? 'different' : `different, ${short(brightest(heat))} and more`}</span>
        </div>
      </div>
    </figure>
  )
}

/** The whole target fits into the frame at zoom 1. */
const stackSize = ({ pictures }: State, zoom: number): Readonly<Record<string, string>> => {
  const { width, height } = pictures?.references['target'] ?? { width: 4, height: 3 }
  return { aspectRatio: `${String(width)} / ${String(height)}`, inlineSize: `${String(100 * zoom * Math.min(1, width / height / FRAME))}%` }
}

const LayerChoice = ({ label, value, choose }: { readonly label: string; readonly value: Layer; readonly choose: (layer: Layer) => void }): JSX.Element => (
  <label class="field">
    <span>{label}</span>
    <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value as Layer)}>
      {LAYERS.map((layer) => (
        <option key={layer} value={layer}>
          {LAYER_TITLES[layer]}
        </option>
      ))}
    </select>
  </label>
)

const LayerView = ({ layer, state }: { readonly layer: Layer; readonly state: State }): JSX.Element => {
  const { heat, pictures } = state
  const map = useMemo(() => (heat === undefined ? undefined : coloured(heat)), [heat])
  const fit = OBJECT_FIT[shapingOf(state) ?? 'pad']
  if (layer === 'target') return <Shown picture={pictures?.references['target']} label="Target in the wipe" fit="fill" />
  if (layer === 'prediction') return <Shown picture={pictures?.prediction} label="Prediction in the wipe" fit={fit} />
  const label = heat === undefined ? 'Heat map' : `Heat map: brightest where the loss is largest, ${short(brightest(heat))} and more`
  if (layer === 'heat') return <Shown picture={map} label={label} fit="fill" />
  return (
    <>
      <Shown picture={pictures?.prediction} label="Prediction, under the heat map" fit={fit} />
      <div class="layer over">
        <Shown picture={map} label={label} fit="fill" />
      </div>
    </>
  )
}

const Shown = ({ picture, label, fit }: { readonly picture: Picture | undefined; readonly label: string; readonly fit: string }): JSX.Element => (
  <div class="layer" style={{ '--fit': fit }}>
    <PictureCanvas picture={picture} label={label} />
  </div>
)
