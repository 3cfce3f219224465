import { literal } from './literal.js'
import type { PythonValue } from './pythonForm.js'

/** Learned numbers become constants of the module, named once and written in base64. */
export interface Constants {
  /** The value as an expression. */
  readonly text: (value: PythonValue) => string
  /** The definitions of the constants that came up. */
  readonly texts: () => readonly string[]
}

const numbers = `def numbers(text):
    """float32 from base64."""
    return numpy.frombuffer(base64.b64decode(text), "<f4").copy()`

/** Collects the constants of one module. */
export const constants = (): Constants => {
  const known: string[] = []
  const nameOf = (values: Float32Array): string => {
    const encoded = base64(values)
    const at = known.indexOf(encoded)
    return `WEIGHTS_${String(at < 0 ? known.push(encoded) : at + 1)}`
  }
  const text = (value: PythonValue): string => {
    if (value instanceof Float32Array) return nameOf(value)
    return isList(value) && value.some((part) => part instanceof Float32Array) ? `[${value.map(text).join(', ')}]` : literal(value)
  }
  return {
    text,
    texts: () => (known.length === 0 ? [] : [numbers, known.map((encoded, i) => `WEIGHTS_${String(i + 1)} = numbers(\n${wrapped(encoded)}\n)`).join('\n\n')]),
  }
}

const isList = (value: PythonValue): value is readonly PythonValue[] => Array.isArray(value)

const base64 = (values: Float32Array): string => {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

const wrapped = (text: string): string => (text.match(/.{1,120}/g) ?? ['']).map((line) => `    "${line}"`).join('\n')
