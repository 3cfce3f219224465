/**
 * Reads Python pickles of plain values and the classes that `admit` allows: a stack machine for the instructions in PyTorch's files.
 *
 * No code of a pickle is run. `admit` resolves the names in it, and only our `Callable`s can be called; other names, and every other
 * instruction, are errors.
 *
 * Source: the instructions' descriptions in CPython's `Lib/pickletools.py`.
 */
import { formatValue } from '../../core/errors/formatValue.js'
import { unreadable } from './unreadable.js'

/** Something of ours that a pickle may call. */
export class Callable {
  constructor(readonly run: (...args: readonly unknown[]) => unknown) {}
}

/** What names and persistent ids in a pickle mean. */
export interface Meaning {
  /** The value for a class or function of this dotted name; undefined if it is forbidden. */
  readonly admit: (name: string) => unknown
  /** What stands for something that is stored outside of the pickle. */
  readonly persistent: (id: unknown) => unknown
}

/** The value of a pickle, and where it ends. Dictionaries are Maps, lists and tuples arrays. Throws `Unreadable`. */
export const readPickle = (bytes: Uint8Array, start: number, meaning: Meaning): { readonly value: unknown; readonly end: number } => {
  const machine = machineAt(bytes, start, meaning)
  for (let count = 0; count < MAX_INSTRUCTIONS; count++) {
    const code = machine.byte()
    if (code === STOP) return { value: machine.pop(), end: machine.position() }
    const instruction = INSTRUCTIONS.get(code) ?? unreadable(`its pickle has the instruction 0x${code.toString(16)}, which tensors do not need`)
    instruction(machine)
  }
  return unreadable('its pickle exceeds 1,000,000 instructions')
}

/** A network's pickle has some thousands. */
const MAX_INSTRUCTIONS = 1_000_000
const STOP = 0x2e
const MARK = Symbol('mark')

type Machine = ReturnType<typeof machineAt>

const machineAt = (bytes: Uint8Array, start: number, meaning: Meaning) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stack: unknown[] = []
  const memo = new Map<number, unknown>()
  let at = start
  /** Passes over this many bytes; gives where they start. */
  const advance = (count: number): number => {
    if (count < 0 || at + count > bytes.length) unreadable('it is truncated: its pickle ends too early')
    at += count
    return at - count
  }
  const pop = (): unknown => {
    if (stack.length === 0) unreadable('its pickle is damaged: its stack is empty')
    return stack.pop()
  }
  const text = (count: number): string => {
    const from = advance(count)
    return new TextDecoder().decode(bytes.subarray(from, from + count))
  }
  return {
    meaning,
    position: () => at,
    push: (value: unknown) => void stack.push(value),
    pop,
    top: (): unknown => stack.at(-1),
    /** What stands above the last mark, which goes. */
    toMark: (): unknown[] => {
      const from = stack.lastIndexOf(MARK)
      if (from < 0) unreadable('its pickle is damaged: a mark is missing')
      return stack.splice(from).slice(1)
    },
    byte: () => view.getUint8(advance(1)),
    uint16: () => view.getUint16(advance(2), true),
    int32: () => view.getInt32(advance(4), true),
    uint32: () => view.getUint32(advance(4), true),
    uint64: () => Number(view.getBigUint64(advance(8), true)),
    float64: () => view.getFloat64(advance(8)),
    text,
    line: (): string => {
      const end = bytes.indexOf(0x0a, at)
      const line = text(end < 0 ? bytes.length : end - at)
      advance(1)
      return line
    },
    integer: (count: number): bigint => {
      const from = advance(count)
      const magnitude = bytes.subarray(from, from + count).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
      return BigInt.asIntN(8 * count, magnitude)
    },
    remember: (key: number) => void memo.set(key, stack.at(-1)),
    recall: (key: number): unknown => (memo.has(key) ? memo.get(key) : unreadable('its pickle is damaged: it refers to a missing memo entry')),
    remembered: () => memo.size,
  }
}

const named = (machine: Machine, module: unknown, name: unknown): void => {
  // Lists within lists by reference would become texts without end.
  if (typeof module !== 'string' || typeof name !== 'string') return unreadable('its pickle has a name that is not text')
  const dotted = `${module}.${name}`
  const found = machine.meaning.admit(dotted) ?? unreadable(`it refers to ${formatValue(dotted)}, which weights files do not need; it was not run`)
  machine.push(found)
}

const call = (machine: Machine): void => {
  const args = machine.pop()
  const callable = machine.pop()
  if (!(callable instanceof Callable) || !Array.isArray(args)) return unreadable('its pickle calls a value that is not callable')
  machine.push(callable.run(...(args as unknown[])))
}

const listAtTop = (machine: Machine): unknown[] => {
  const list = machine.top()
  return Array.isArray(list) ? (list as unknown[]) : unreadable('its pickle appends to a value that is not a list')
}

const setItems = (machine: Machine, items: readonly unknown[]): void => {
  const dictionary = machine.top()
  if (!(dictionary instanceof Map) || items.length % 2 !== 0) return unreadable('its pickle adds items to a value that is not a dictionary')
  items.forEach((value, i) => {
    if (i % 2 === 1) dictionary.set(items[i - 1], value)
  })
}

/** An ordered dictionary's attributes (a state_dict's versions) are not needed; nothing else has a state. */
const build = (machine: Machine): void => {
  machine.pop()
  if (!(machine.top() instanceof Map)) unreadable('its pickle sets the state of a value that has none')
}

const tuple =
  (count: number) =>
  (machine: Machine): void => {
    const items = Array.from({ length: count }, () => machine.pop())
    machine.push(items.reverse())
  }

const small = (integer: bigint): number | bigint => (integer === BigInt.asIntN(53, integer) ? Number(integer) : integer)

const INSTRUCTIONS: ReadonlyMap<number, (machine: Machine) => void> = new Map<number, (machine: Machine) => void>([
  [0x80, (m) => void m.byte()], //                                                  PROTO
  [0x95, (m) => void m.uint64()], //                                                FRAME
  [0x28, (m) => m.push(MARK)], //                                                   MARK
  [0x30, (m) => void m.pop()], //                                                   POP
  [0x4e, (m) => m.push(null)], //                                                   NONE
  [0x88, (m) => m.push(true)], //                                                   NEWTRUE
  [0x89, (m) => m.push(false)], //                                                  NEWFALSE
  [0x4a, (m) => m.push(m.int32())], //                                              BININT
  [0x4b, (m) => m.push(m.byte())], //                                               BININT1
  [0x4d, (m) => m.push(m.uint16())], //                                             BININT2
  [0x8a, (m) => m.push(small(m.integer(m.byte())))], //                             LONG1
  [0x47, (m) => m.push(m.float64())], //                                            BINFLOAT
  [0x58, (m) => m.push(m.text(m.uint32()))], //                                     BINUNICODE
  [0x8c, (m) => m.push(m.text(m.byte()))], //                                       SHORT_BINUNICODE
  [0x54, (m) => m.push(m.text(m.uint32()))], //                                     BINSTRING (Python 2)
  [0x55, (m) => m.push(m.text(m.byte()))], //                                       SHORT_BINSTRING (Python 2)
  [0x7d, (m) => m.push(new Map())], //                                              EMPTY_DICT
  [0x5d, (m) => m.push([])], //                                                     EMPTY_LIST
  [0x29, (m) => m.push([])], //                                                     EMPTY_TUPLE
  [0x74, (m) => m.push(m.toMark())], //                                             TUPLE
  [0x85, tuple(1)], //                                                              TUPLE1
  [0x86, tuple(2)], //                                                              TUPLE2
  [0x87, tuple(3)], //                                                              TUPLE3
  [0x61, (m) => appendTo(m, [m.pop()])], //                                         APPEND
  [0x65, (m) => appendTo(m, m.toMark())], //                                        APPENDS
  [0x73, (m) => setItems(m, [m.pop(), m.pop()].reverse())], //                      SETITEM
  [0x75, (m) => setItems(m, m.toMark())], //                                        SETITEMS
  [0x71, (m) => m.remember(m.byte())], //                                           BINPUT
  [0x72, (m) => m.remember(m.uint32())], //                                         LONG_BINPUT
  [0x94, (m) => m.remember(m.remembered())], //                                     MEMOIZE
  [0x68, (m) => m.push(m.recall(m.byte()))], //                                     BINGET
  [0x6a, (m) => m.push(m.recall(m.uint32()))], //                                   LONG_BINGET
  [0x63, (m) => named(m, m.line(), m.line())], //                                   GLOBAL
  [0x93, (m) => named(m, ...([m.pop(), m.pop()].reverse() as [unknown, unknown]))], // STACK_GLOBAL
  [0x52, call], //                                                                  REDUCE
  [0x62, build], //                                                                 BUILD
  [0x51, (m) => m.push(m.meaning.persistent(m.pop()))], //                          BINPERSID
])

const appendTo = (machine: Machine, items: readonly unknown[]): void => {
  const list = listAtTop(machine)
  for (const item of items) list.push(item)
}
