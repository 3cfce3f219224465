/**
 * The commands, by name: a line here and a file each. A file is loaded when its command is asked for.
 */
import type { Commands } from '../command.js'

export const COMMANDS: Commands = {
  compare: {
    description: 'Tells how far apart pictures are: LPIPS, DISTS, SSIM, MS-SSIM, PSNR, or any loss.',
    load: async () => (await import('./compareCommand.js')).compare,
  },
  worker: {
    description: 'Compares pairs that come as JSON lines: one process of a large comparison.',
    load: async () => (await import('./workerCommand.js')).worker,
  },
  merge: {
    description: 'Adds up what workers found: one report of many pairs.',
    load: async () => (await import('./mergeCommand.js')).merge,
  },
  heatmap: {
    description: 'Draws where two pictures differ, as a loss sees it.',
    load: async () => (await import('./heatmapCommand.js')).heatmap,
  },
  stylize: {
    description: 'Gives a photograph the style of another picture.',
    load: async () => (await import('./stylizeCommand.js')).stylize,
  },
  invert: {
    description: 'Shows what a layer remembers: a picture made from its features alone.',
    load: async () => (await import('./invertCommand.js')).invert,
  },
  show: {
    description: 'Writes a loss as TypeScript, as a formula, as a chart or as JSON.',
    load: async () => (await import('./showCommand.js')).show,
  },
  explain: {
    description: 'Tells what a loss would do for pictures of a size: layers, operations, memory.',
    load: async () => (await import('./explainCommand.js')).explain,
  },
  doctor: {
    description: 'Tells what works on this machine, and how to get more.',
    load: async () => (await import('./doctorCommand.js')).doctor,
  },
  native: {
    description: 'Puts the native TensorFlow backend into this folder and makes it work.',
    load: async () => (await import('./nativeCommand.js')).native,
  },
  convert: {
    description: 'Makes a safetensors file of a PyTorch or Keras file of weights.',
    load: async () => (await import('./convertCommand.js')).convert,
  },
  completion: {
    description: 'Prints the script that lets a shell complete commands and options.',
    load: async () => (await import('./completionCommand.js')).completion,
  },
}
