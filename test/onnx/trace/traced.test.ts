/** Equal parts of a graph are one, so that a loss that runs twice is written once. */
import { describe, expect, it } from 'vitest'
import { newGraph } from '../../../src/onnx/trace/traced.js'
import { random } from '../../support/images.js'

const numbers = (length: number): Float32Array => {
  const next = random(length)
  return Float32Array.from({ length }, () => next())
}

describe.each([3, 4096, 100_000])('constants of %d numbers', (length) => {
  it('are one where the numbers are the same', () => {
    const graph = newGraph()
    const [one, other] = [numbers(length), numbers(length)].map((data) => graph.constant(data, [length], 'float32'))
    expect(other === one).toBe(true)
  })

  it.each([0, 1, length - 1])('are two where the number at %d differs', (at) => {
    const graph = newGraph()
    const changed = numbers(length)
    changed[at] = 2
    expect(graph.constant(changed, [length], 'float32') === graph.constant(numbers(length), [length], 'float32')).toBe(false)
  })

  it('are two where a zero has another sign, a shape is another, or a type', () => {
    const graph = newGraph()
    const [plus, minus] = [numbers(length), numbers(length)]
    ;[plus[1], minus[1]] = [0, -0]
    const known = [
      graph.constant(plus, [length], 'float32'),
      graph.constant(minus, [length], 'float32'),
      graph.constant(plus, [1, length], 'float32'),
      graph.constant(Int32Array.from(plus, (_, i) => i), [length], 'int32'),
      graph.constant(Float32Array.from(plus, (_, i) => i), [length], 'float32'),
    ] // prettier-ignore
    expect(new Set(known).size).toBe(known.length)
  })

  it('stay apart where a graph merges nothing', () => {
    const graph = newGraph(false)
    expect(graph.constant(numbers(length), [length], 'float32') === graph.constant(numbers(length), [length], 'float32')).toBe(false)
  })
})

it('nodes of equal constants are one', () => {
  const graph = newGraph()
  const x = graph.input('x', [5000])
  const [one, other] = [numbers(5000), numbers(5000)].map((data) => {
    const [sum] = graph.nodes('Add', [x, graph.constant(data, [5000], 'float32')], [{ type: 'float32', shape: [5000] }])
    return sum
  })
  expect(other).toBe(one)
})
