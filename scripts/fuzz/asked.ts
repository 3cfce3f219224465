/**
 * How much memory JavaScript asks for in typed arrays and buffers, whether it is touched or not. It has to be imported before what is measured.
 */

let bytes = 0

/** The bytes asked for since the last call. */
export const bytesAsked = (): number => {
  const asked = bytes
  bytes = 0
  return asked
}

const counting = <C extends new (...args: never) => ArrayBufferLike | ArrayBufferView>(type: C): C =>
  new Proxy(type, {
    construct: (target, args: readonly unknown[], newTarget) => {
      const [first] = args
      const size = 'BYTES_PER_ELEMENT' in target ? Number(target.BYTES_PER_ELEMENT) : 1
      // A view of a buffer takes nothing.
      const isView = first instanceof ArrayBuffer && 'BYTES_PER_ELEMENT' in target
      if (typeof first === 'number') bytes += first * size
      else if (!isView && typeof first === 'object' && first !== null && 'length' in first) bytes += Number(first.length) * size
      return Reflect.construct(target, args as never[], newTarget === proxies.get(target) ? target : newTarget) as object
    },
  })

const proxies = new Map<unknown, unknown>()

for (const name of ['ArrayBuffer', 'Uint8Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array'] as const) {
  const type = globalThis[name] as new (...args: never) => ArrayBuffer
  const proxy = counting(type)
  proxies.set(type, proxy)
  Object.defineProperty(globalThis, name, { value: proxy, writable: true, configurable: true })
}
