/**
 * The commands by name: one line here and one file each. A file is loaded when its command runs.
 */
import type { Commands } from '../command.js'

export const COMMANDS: Commands = {
  compare: {
    description: 'Compares pictures by LPIPS, DISTS, SSIM, MS-SSIM, PSNR, or any loss.',
    load: async () => (await import('./compareCommand.js')).compare,
  },
  distance: {
    description: 'Compares two sets of pictures by Fréchet distance, kernel distance, precision and recall.',
    load: async () => (await import('./distanceCommand.js')).distance,
  },
  report: {
    description: 'Writes one HTML page of the comparisons of a test run, or of two folders.',
    load: async () => (await import('./reportCommand.js')).report,
  },
  accept: {
    description: 'Makes received pictures of a report the references.',
    load: async () => (await import('./acceptCommand.js')).accept,
  },
  worker: {
    description: 'Compares pairs read as JSON lines: one process of a large comparison.',
    load: async () => (await import('./workerCommand.js')).worker,
  },
  merge: {
    description: 'Merges the results of workers into one report.',
    load: async () => (await import('./mergeCommand.js')).merge,
  },
  heatmap: {
    description: 'Draws a heat map of where two pictures differ.',
    load: async () => (await import('./heatmapCommand.js')).heatmap,
  },
  stylize: {
    description: 'Transfers the style of one picture to another.',
    load: async () => (await import('./stylizeCommand.js')).stylize,
  },
  invert: {
    description: 'Reconstructs a picture from the features of a layer.',
    load: async () => (await import('./invertCommand.js')).invert,
  },
  show: {
    description: 'Prints a loss as TypeScript, a formula, a chart or JSON.',
    load: async () => (await import('./showCommand.js')).show,
  },
  explain: {
    description: 'Shows the layers, operations and memory that a loss needs for a picture size.',
    load: async () => (await import('./explainCommand.js')).explain,
  },
  doctor: {
    description: 'Checks what works on this machine, and shows how to fix the rest.',
    load: async () => (await import('./doctorCommand.js')).doctor,
  },
  native: {
    description: 'Installs the native TensorFlow backend in this folder.',
    load: async () => (await import('./nativeCommand.js')).native,
  },
  convert: {
    description: 'Converts PyTorch or Keras weights to a safetensors file.',
    load: async () => (await import('./convertCommand.js')).convert,
  },
  completion: {
    description: 'Prints a script for shell completion of commands and options.',
    load: async () => (await import('./completionCommand.js')).completion,
  },
}
