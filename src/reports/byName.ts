/** Records with arbitrary names, including `__proto__` and `constructor`; only own properties count. */
import { either as E, type monoid as M } from 'fp-ts'
import * as t from 'io-ts'

type ByName<A> = Readonly<Record<string, A>>

/** Joins records; what both have is joined by `value`. (fp-ts' `record.getMonoid` loses `__proto__`.) */
export const byNameMonoid = <A>(value: M.Monoid<A>): M.Monoid<ByName<A>> => ({
  concat: (a, b) => {
    const joined = new Map(Object.entries(a))
    for (const [name, next] of Object.entries(b)) {
      const before = joined.get(name)
      joined.set(name, before === undefined ? next : value.concat(before, next))
    }
    return Object.fromEntries(joined)
  },
  empty: {},
})

/** The codec of a record. (io-ts' `record` loses `__proto__`.) */
export const byNameCodec = <A, O>(value: t.Type<A, O>): t.Type<ByName<A>, ByName<O>> =>
  new t.Type<ByName<A>, ByName<O>>(
    'an object',
    (u): u is ByName<A> => isRecord(u) && Object.values(u).every(value.is),
    (u, context) => {
      if (!isRecord(u)) return t.failure(u, context)
      const parts = Object.entries(u).map(([name, part]) => [name, value.validate(part, t.appendContext(context, name, value, part))] as const)
      const errors = parts.flatMap(([, part]) => (E.isLeft(part) ? part.left : []))
      if (errors.length > 0) return t.failures(errors)
      return t.success(Object.fromEntries(parts.flatMap(([name, part]) => (E.isRight(part) ? [[name, part.right] as const] : []))))
    },
    (record) => Object.fromEntries(Object.entries(record).map(([name, part]) => [name, value.encode(part)])),
  )

const isRecord = (u: unknown): u is ByName<unknown> => typeof u === 'object' && u !== null && !Array.isArray(u)
