/** Style transfer, from pictures to pictures. */
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { catchInterrupt } from '../../src/cli/interrupt.js'
import { frame, writeContactSheet } from '../../src/cli/painting/contactSheet.js'
import { paint } from '../../src/cli/painting/paint.js'
import { progress } from '../../src/cli/painting/stepProgress.js'
import { report } from '../../src/cli/painting/termTable.js'
import { STYLE_SCALE } from '../../src/cli/painting/runStylize.js'
import { styleTransfer } from '../../src/cli/painting/styleTransfer.js'
import { compile, show, vgg16 } from '../../src/index.js'
import { readImage, writeImage } from '../../src/node/index.js'
import { startBackend } from '../arguments.js'
import { makeFolder } from '../folder.js'
import type { StyleOptions } from './options.js'

/** Runs it; gives the exit code: 0, or 130 after Ctrl-C. */
export const transferStyle = async (options: StyleOptions): Promise<number> => {
  await startBackend(options.backend)
  const target = await readImage(options.content, { size: options.size })
  const style = await readImage(options.style, { size: Math.round(options.size * STYLE_SCALE) })
  await makeFolder(options.out)

  const loss = styleTransfer(options)
  console.log(`The loss:\n  ${show(loss)}\n`)
  const f = compile(loss, await vgg16()).prepare({ target, style })

  const image = tf.variable(target)
  const before = await f.breakdown(image)
  const interrupt = catchInterrupt()
  const { steps, rows, frames } = await paint(f, image, { steps: options.steps, before, interrupt, progress: progress(options.steps, process.stdout) })
  const stopped = steps < options.steps

  const result = join(options.out, 'result.png')
  const sheet = join(options.out, 'contact-sheet.png')
  await writeImage(result, image)
  const last = await frame(stopped ? `step ${String(steps)}` : 'result', image)
  await writeContactSheet(sheet, [await frame('content', target), await frame('style', style), ...frames, last])
  interrupt.release()

  if (stopped) console.log(`\nStopped after step ${String(steps)} of ${String(options.steps)}; the result is the picture at that step.`)
  console.log(`\n${report(before, rows)}\n\nThe result:    ${result}\nContact sheet: ${sheet}`)
  return stopped ? 130 : 0
}
