/** The options of a metric or regularizer, as the library's schema has them: numbers, words and switches; the rest is for JSON. */
import type { JSX } from 'preact'
import { optionsOf, wordsOf, type OptionSchema } from '../loss/catalogue.js'

type Values = Readonly<Record<string, unknown>>

interface Props {
  readonly role: 'metric' | 'regularizer'
  readonly id: string
  readonly options: Values
  readonly change: (options: Values) => void
}

export const Options = ({ role, id, options, change }: Props): JSX.Element | null => {
  const fields = Object.entries(optionsOf(role, id)).filter(([, schema]) => isSimple(schema))
  if (fields.length === 0) return null
  return (
    <details>
      <summary>
        Options{Object.keys(options).length > 0 && ' (changed)'}
        <span class="hidden"> of {id}</span>
      </summary>
      <div class="pair">
        {fields.map(([name, schema]) => (
          <Option key={name} name={name} schema={schema} value={options[name] ?? schema.default} change={(value) => change({ ...options, [name]: value })} />
        ))}
      </div>
    </details>
  )
}

const isSimple = (schema: OptionSchema): boolean =>
  schema.type === 'number' || schema.type === 'integer' || schema.type === 'boolean' || wordsOf(schema).length > 1

interface OptionProps {
  readonly name: string
  readonly schema: OptionSchema
  readonly value: unknown
  readonly change: (value: unknown) => void
}

const Option = ({ name, schema, value, change }: OptionProps): JSX.Element => {
  const words = wordsOf(schema)
  if (schema.type === 'boolean')
    return (
      <label class="check">
        <input type="checkbox" checked={value === true} onChange={({ currentTarget }) => change(currentTarget.checked)} /> {name}
      </label>
    )
  return (
    <label class="field">
      <span>{name}</span>
      {words.length > 0 ? (
        <select value={String(value)} onChange={({ currentTarget }) => change(currentTarget.value)}>
          {words.map((word) => (
            <option key={word} value={word}>
              {word}
            </option>
          ))}
        </select>
      ) : (
        <input
          type="number"
          step="any"
          value={Number(value)}
          onChange={({ currentTarget }) => {
            if (Number.isFinite(currentTarget.valueAsNumber)) change(currentTarget.valueAsNumber)
          }}
        />
      )}
    </label>
  )
}
