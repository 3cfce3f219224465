/**
 * The JSON Schema (draft 7) of the documents that `decode` accepts, generated from the definitions. Editors use it to complete and check.
 *
 * Law: the schema accepts a document if and only if `decode` returns a Right, except for what a schema cannot express: limits of depth and size, products of
 * weights that overflow, layers that a network does not have, and codecs without a schema.
 */
import type * as t from 'io-ts'
import { definitionTable, takesSeveral, type Definition, type Kind } from './definitionTable.js'
import { VERSION } from './document.js'
import { Plain, weight, type JsonSchema } from '../arguments/codecs.js'
import type { Options } from '../arguments/checkOptions.js'
import { getOrThrow } from '../errors/lossException.js'

const text: JsonSchema = { type: 'string', minLength: 1 }
const ref = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` })
const object = (required: Options, optional: Options = {}): JsonSchema => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
  additionalProperties: false,
})

/** The schema for a list of definitions. */
export const schemaOf = (definitions: readonly Definition[]): JsonSchema => {
  const all = [...getOrThrow(definitionTable(definitions)).values()]
  const applied = (kind: Kind, feature: JsonSchema, extra: Options = {}): readonly JsonSchema[] =>
    all
      .filter(({ definition }) => definition.kind === kind)
      .map(({ definition }) =>
        object(
          { [kind]: { const: definition.id }, feature },
          { ...besideOf(definition), options: optionsSchema(definition.codec, definition.defaults), ...extra },
        ),
      )
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A perceptual loss',
    ...object({ version: { const: VERSION }, loss: ref('loss') }, { $schema: text }),
    definitions: {
      loss: {
        anyOf: [
          object({ sum: { type: 'array', items: ref('loss') } }),
          object({ weight: weight.schema, loss: ref('loss') }),
          object({ name: text, loss: ref('loss') }),
          ...applied('metric', ref('feature'), { against: text }),
          ...applied('regularizer', ref('feature')),
        ],
      },
      feature: {
        anyOf: [
          { const: 'pixels' },
          object(
            { layer: text },
            {
              activation: { enum: ['post', 'pre'], default: 'post' },
              pooling: { enum: ['max', 'average', 'l2'], default: 'max' },
              of: { ...ref('picture'), default: 'pixels' },
            },
          ),
          ...applied('transform', ref('feature')),
        ],
      },
      picture: { anyOf: [{ const: 'pixels' }, ...applied('transform', ref('picture'))] },
    },
  }
}

/** The further features of a metric that compares several together. */
const besideOf = (definition: Definition['definition']): Options =>
  takesSeveral(definition) ? { beside: { type: 'array', items: ref('feature'), minItems: 1 } } : {}

/** The options of a definition, all optional. */
export const optionsSchema = (codec: t.Mixed, defaults: unknown): JsonSchema => {
  const { properties = {} } = codecSchema(codec) as { readonly properties?: Options }
  const usual = codec.encode(defaults) as Options
  const named = Object.entries(properties).map(([key, schema]) => [key, { ...(schema as JsonSchema), default: usual[key] }])
  return { type: 'object', properties: Object.fromEntries(named) as Options, additionalProperties: false }
}

/** The io-ts codecs that expose their parts. */
type Known =
  | t.BooleanType
  | t.NumberType
  | t.StringType
  | t.NullType
  | t.LiteralType<string | number | boolean>
  | t.KeyofType<Readonly<Record<string, unknown>>>
  | t.ArrayType<t.Mixed>
  | t.ReadonlyArrayType<t.Mixed>
  | t.TupleType<t.Mixed[]>
  | t.UnionType<t.Mixed[]>
  | t.InterfaceType<t.Props>
  | t.ExactType<t.InterfaceType<t.Props>>
  | t.ReadonlyType<t.Mixed>
  | t.RefinementType<t.Mixed>

/** What a codec accepts, if it exposes it; otherwise anything. */
const codecSchema = (codec: t.Mixed): JsonSchema => {
  if (codec instanceof Plain) return codec.schema
  const known = codec as Known
  switch (known._tag) {
    case 'BooleanType':
      return { type: 'boolean' }
    case 'NumberType':
      return { type: 'number' }
    case 'StringType':
      return { type: 'string' }
    case 'NullType':
      return { type: 'null' }
    case 'LiteralType':
      return { const: known.value }
    case 'KeyofType':
      return { enum: Object.keys(known.keys) }
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return { type: 'array', items: codecSchema(known.type) }
    case 'TupleType':
      return { type: 'array', items: known.types.map(codecSchema), minItems: known.types.length, maxItems: known.types.length }
    case 'UnionType':
      return { anyOf: known.types.map(codecSchema) }
    case 'InterfaceType':
      return {
        type: 'object',
        required: Object.keys(known.props),
        properties: Object.fromEntries(Object.entries(known.props).map(([key, part]) => [key, codecSchema(part)])),
      }
    case 'ExactType':
    case 'ReadonlyType':
    case 'RefinementType':
      return codecSchema(known.type)
    default:
      return {}
  }
}
