/** A picture being optimised: how it looks, and how its loss falls. */
import type { JSX } from 'preact'
import type { Descending } from '../state.js'
import { Curve } from './Curve.js'
import { short } from './numbers.js'
import { PictureCanvas } from './PictureCanvas.js'

interface Props {
  readonly descending: Descending
  readonly steps: number
}

export const Progress = ({ descending: { values, picture, active, stopped }, steps }: Props): JSX.Element => {
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
