/** Style transfer from pictures to pictures. */
import * as tf from '@tensorflow/tfjs'
import { compile, vgg16, type BreakdownRow } from '../../index.js'
import { writeImage } from '../../node/index.js'
import { aboutFiles } from '../errorsByFile.js'
import { shownWhile } from '../activity.js'
import { startBackend } from '../startBackend.js'
import { catchInterrupt } from '../interrupt.js'
import type { Output } from '../output.js'
import { checkWritable, readPicture, sidesOf } from '../readPictures.js'
import { checkSources } from '../sourceBytes.js'
import { frame, writeContactSheet } from './contactSheet.js'
import { paint } from './paint.js'
import { progress, sparse } from './stepProgress.js'
import { report } from './termTable.js'
import { styleTransfer, type Weights } from './styleTransfer.js'
import { printable } from '../printable.js'

/** The arguments of the command. */
export interface Stylization extends Weights {
  readonly content: string
  readonly style: string
  readonly out: string
  /** The longest side of the result, in pixels. */
  readonly size: number
  readonly steps: number
  readonly sheet: string | undefined
  readonly backend: string
}

/** The style picture is 1.5 times as large as the content, for broader strokes. */
export const STYLE_SCALE = 1.5

/** Optimizes and writes the picture; returns the exit status: 130 after Ctrl-C, with the picture so far. */
export const stylize = async (asked: Stylization, output: Output): Promise<number> => {
  checkSources([asked.content, asked.style])
  await checkWritable(asked.out)
  if (asked.sheet !== undefined) await checkWritable(asked.sheet, ['.png'])
  const interrupt = catchInterrupt()
  const { content, style, extractor, loss, image, before } = await shownWhile(output, (say) => prepared(asked, say))
  for (const words of [...content.surprises, ...style.surprises]) output.err(`perceptual-loss: ${words}`)
  const shown = output.terminal === undefined ? sparse(asked.steps, output.progress) : progress(asked.steps, output.terminal)
  const { steps, rows, frames } = await paint(loss, image, { steps: asked.steps, before, interrupt, progress: shown })
  await writeImage(asked.out, image)
  if (asked.sheet !== undefined) {
    const last = await frame(steps < asked.steps ? `step ${String(steps)}` : 'result', image)
    await writeContactSheet(asked.sheet, [await frame('content', content.image), await frame('style', style.image), ...frames, last])
  }
  interrupt.release()
  say(asked, steps, before, rows, sidesOf(content.image), output)
  tf.dispose([content.image, style.image, image])
  loss.dispose()
  extractor.dispose()
  return steps < asked.steps ? 130 : 0
}

/** Everything that the first step needs. */
const prepared = async (asked: Stylization, say: (words: string) => void) => {
  say('loading VGG16')
  await startBackend(asked.backend)
  const content = await readPicture(asked.content, { size: asked.size })
  const style = await readPicture(asked.style, { size: Math.round(asked.size * STYLE_SCALE) })
  const extractor = await vgg16()
  say('computing the features of both pictures')
  const image = tf.variable(content.image)
  const { loss, before } = await aboutFiles({ prediction: asked.content, target: asked.content, style: asked.style }, async () => {
    const loss = compile(styleTransfer(asked), extractor).prepare({ target: content.image, style: style.image })
    return { loss, before: await loss.breakdown(image) }
  })
  return { content, style, extractor, loss, image, before }
}

const say = (
  asked: Stylization,
  steps: number,
  before: readonly BreakdownRow[],
  rows: readonly BreakdownRow[],
  sides: string,
  { out, err, columns }: Output,
): void => {
  if (steps < asked.steps) err(`perceptual-loss: stopped after step ${String(steps)} of ${String(asked.steps)}; the current picture was saved.`)
  out(report(before, rows, columns))
  out([`${asked.out} (${sides})`, ...(asked.sheet === undefined ? [] : [asked.sheet])].map(printable).join('\n'))
}
