/** A slider with its number. */
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'

interface Props {
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  readonly change: (value: number) => void
  readonly disabled?: boolean
}

export const Slider = ({ label, value, min, max, step, change, disabled = false }: Props): JSX.Element => {
  const id = useId()
  return (
    <div class="field slider">
      <label for={id}>
        {label} <output for={id}>{value}</output>
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={disabled}
        onInput={({ currentTarget }) => change(Number(currentTarget.value))}
      />
    </div>
  )
}
