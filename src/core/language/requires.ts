/**
 * What a value needs, as phantom types: the network layers `L` and the references `R`.
 *
 * Both are covariant and optional, and no value carries them at run time. Each is the return type of a function: an optional property of type `never` is `undefined`
 * without `exactOptionalPropertyTypes`, and a loss that needs nothing would then need any layer.
 */

declare const layers: unique symbol
declare const references: unique symbol

/** A value that needs the layers `L` and the references `R`. */
export interface Requires<out L extends string, out R extends string> {
  readonly [layers]?: () => L
  readonly [references]?: () => R
}

/** The layers that any member of a union of losses or features needs. */
export type LayersOf<T> = T extends Requires<infer L, string> ? L : never

/** The references that any member of a union of losses or features needs. */
export type ReferencesOf<T> = T extends Requires<string, infer R> ? R : never
