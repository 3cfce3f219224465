/**
 * JSON encoding and decoding with the built-in definitions.
 */
import { either as E, function as F } from 'fp-ts'
import { type LossError } from './core/errors/lossError.js'
import { decoder, type DecodeOptions } from './core/json/decode.js'
import { aDefinitionList, type Definition } from './core/json/definitionTable.js'
import type { LossDocument } from './core/json/document.js'
import { encoder } from './core/json/encode.js'
import { checkArgument } from './core/arguments/guards.js'
import { schemaOf } from './core/json/schema.js'
import { readJson } from './core/json/text.js'
import type { AnyLoss, Loss } from './core/language/loss.js'
import { builtInDefinitions as builtIn } from './builtInDefinitions.js'
import type { JsonSchema } from './core/arguments/codecs.js'
import { getOrThrow } from './core/errors/lossException.js'

/**
 * Encodes a loss as plain data for `JSON.stringify`: versioned, and readable enough to write by hand.
 *
 * Law: `decode(encode(loss))` equals the loss, given the definitions that the loss is made of.
 *
 * @throws LossException `BadArgument` for a loss larger or deeper than `decode` accepts (20,000 values and keys, 128 levels); `DuplicateDefinition` for one made of two
 * definitions with the same id, or of your own definition with the id of a built-in one.
 * @example JSON.stringify(encode(weighted(0.1, mae(pixels)))) // {"version":1,"loss":{"weight":0.1,"loss":{"metric":"mae","feature":"pixels"}}}
 */
export const encode: (loss: AnyLoss) => LossDocument = encoder(builtIn)

/**
 * Decodes a JSON document into a loss; a Left says where the document is wrong, what was received, what was expected and the nearest known name.
 *
 * Takes any value: one with more than 128 levels or 20,000 values and keys is rejected before it is read. With an `extractor`, its layers are checked too, and the type of the
 * loss says so.
 *
 * @example
 * pipe(
 *   tryDecode({ version: 1, loss: { metric: 'mse', feature: { layer: 'block3_conv3' } } }),
 *   E.match(describeError, (loss) => show(loss)),
 * ) // mse(featureAt('block3_conv3'))
 */
export const tryDecode: <L extends string = string>(json: unknown, options?: DecodeOptions<L>) => E.Either<LossError, Loss<L, string>> = decoder(builtIn)

/**
 * Decodes a JSON document, written by `encode` or by hand, into a loss.
 *
 * @throws LossException where `tryDecode` returns a Left.
 * @example decode(json, { definitions: [acmeEdges], extractor: await vgg16() })
 */
export const decode = <L extends string = string>(json: unknown, options?: DecodeOptions<L>): Loss<L, string> => getOrThrow(tryDecode(json, options))

/**
 * Decodes a JSON text into a loss; a Left as for `tryDecode`. Also rejects a text that has the same key twice in one object: `JSON.parse` would silently take the last.
 *
 * @example pipe(tryDecodeText(await readFile('loss.json', 'utf8')), E.match(describeError, (loss) => show(loss)))
 */
export const tryDecodeText = <L extends string = string>(text: string, options?: DecodeOptions<L>): E.Either<LossError, Loss<L, string>> =>
  F.pipe(
    readJson(text),
    E.mapLeft((problem): LossError => ({ _tag: 'BadJson', problems: [problem] })),
    E.chain((json) => tryDecode(json, options)),
  )

/**
 * Decodes a JSON text into a loss.
 *
 * @throws LossException where `tryDecodeText` returns a Left.
 * @example decodeText(await readFile('loss.json', 'utf8'))
 */
export const decodeText = <L extends string = string>(text: string, options?: DecodeOptions<L>): Loss<L, string> => getOrThrow(tryDecodeText(text, options))

/**
 * Returns the JSON Schema (draft 7) of the documents that `decode` accepts with these definitions and the built-in ones.
 *
 * The file `perceptual-loss/schema/loss.schema.json` has the schema of the built-in ones.
 *
 * @throws LossException `DuplicateDefinition` for two definitions with the same id.
 * @example await writeFile('loss.schema.json', JSON.stringify(lossSchema([acmeEdges])))
 */
export const lossSchema = (definitions: readonly Definition[] = []): JsonSchema => {
  checkArgument('The definitions of lossSchema', definitions, aDefinitionList)
  return schemaOf([...builtIn, ...definitions])
}
