import type { PythonValue } from './pythonForm.js'

/** A value as a Python literal. */
export const literal = (value: PythonValue): string => {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return number(value)
  if (value instanceof Float32Array) return `[${Array.from(value, number).join(', ')}]`
  if (isList(value)) return `[${value.map(literal).join(', ')}]`
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${literal(member)}`)
    .join(', ')}}`
}

/** Python reads JavaScript's numbers, but for the infinite ones. */
const number = (value: number): string => (Number.isFinite(value) ? String(value) : `float("${value > 0 ? 'inf' : value < 0 ? '-inf' : 'nan'}")`)

const isList = (value: PythonValue): value is readonly PythonValue[] => Array.isArray(value)

/** `fromZero` as `from_zero`; dots become underscores. */
export const snake = (name: string): string =>
  name
    .replace(/[.$]/g, '_')
    .replace(/(?<=[a-z0-9])[A-Z]/g, '_$&')
    .toLowerCase()
