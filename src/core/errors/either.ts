/**
 * The four functions of fp-ts' Either that compiling a loss needs.
 *
 * Some bundlers (esbuild) take a namespace such as `either` whole: 12 kB, an eighth of a bundle of `mse` alone. Where a network or JSON is read, fp-ts' own is used.
 */
import type { either as E } from 'fp-ts'

export const left = <A>(error: A): E.Either<A, never> => ({ _tag: 'Left', left: error })
export const right = <B>(value: B): E.Either<never, B> => ({ _tag: 'Right', right: value })
export const isLeft = <A>(either: E.Either<A, unknown>): either is E.Left<A> => either._tag === 'Left'
export const isRight = <B>(either: E.Either<unknown, B>): either is E.Right<B> => either._tag === 'Right'
