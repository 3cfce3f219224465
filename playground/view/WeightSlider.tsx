/** A weight: a slider over powers of ten, and the number itself, which may be any. */
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { short } from './numbers.js'

const LEAST = -4
const MOST = 4
const STEP = 0.05

/** The place on the slider; its left end is 0. */
const placeOf = (weight: number): number => (weight <= 0 ? LEAST : Math.min(MOST, Math.max(LEAST, Math.log10(weight))))

const weightAt = (place: number): number => (place <= LEAST ? 0 : Number((10 ** place).toPrecision(2)))

interface Props {
  readonly weight: number
  readonly title: string
  readonly change: (weight: number) => void
}

export const WeightSlider = ({ weight, title, change }: Props): JSX.Element => {
  const id = useId()
  return (
    <div class="weight">
      <label for={id}>Weight</label>
      <input
        id={id}
        type="range"
        min={LEAST}
        max={MOST}
        step={STEP}
        value={placeOf(weight)}
        aria-label={`Weight of ${title}`}
        aria-valuetext={short(weight)}
        onInput={({ currentTarget }) => change(weightAt(Number(currentTarget.value)))}
      />
      <input
        type="number"
        step="any"
        value={weight}
        aria-label={`Weight of ${title}, as a number`}
        onChange={({ currentTarget }) => {
          if (Number.isFinite(currentTarget.valueAsNumber)) change(currentTarget.valueAsNumber)
        }}
      />
    </div>
  )
}
