/**
 * TensorFlow's library as Python wheels, by platform; only its C library is used, so any Python with pip can fetch them.
 *
 * The hashes are those of the files on the Python package index.
 */

/** A file of the index; its name has the project, the version and the platform. */
export interface Wheel {
  readonly file: string
  readonly sha256: string
}

/** What is unpacked side by side into one folder. */
export interface Library {
  readonly name: string
  readonly wheels: readonly Wheel[]
}

const VERSION = '2.21.0'

const cpu: Wheel = {
  file: `tensorflow_cpu-${VERSION}-cp311-cp311-manylinux_2_27_x86_64.whl`,
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
}

const arm: Wheel = {
  file: `tensorflow-${VERSION}-cp311-cp311-manylinux_2_27_aarch64.whl`,
  sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
}

/** TensorFlow for CUDA, and NVIDIA's libraries beside it, where it looks for them. */
const CUDA: readonly Wheel[] = [
  { file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl', sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124' },
  { file: 'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl', sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72' },
  { file: 'nvidia_cuda_cupti_cu12-12.9.79-py3-none-manylinux_2_25_x86_64.whl', sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f' },
  {
    file: 'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
  },
  {
    file: 'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  },
  {
    file: 'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  },
  { file: 'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl', sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375' },
  {
    file: 'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  },
  { file: 'nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl', sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e' },
  { file: 'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl', sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88' },
  {
    file: 'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  },
  { file: 'nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl', sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c' },
  {
    file: 'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  },
]

const LIBRARIES: Readonly<Record<string, Library>> = {
  'linux-x64': { name: `tensorflow-${VERSION}-cpu`, wheels: [cpu] },
  'linux-x64-cuda': { name: `tensorflow-${VERSION}-cuda12`, wheels: CUDA },
  'linux-arm64': { name: `tensorflow-${VERSION}-arm64`, wheels: [arm] },
}

/** The library for a platform, as `process.platform` and `process.arch` name it; undefined where there is none in the list. */
export const libraryFor = (platform: string, arch: string, cuda: boolean): Library | undefined =>
  (cuda ? LIBRARIES[`${platform}-${arch}-cuda`] : undefined) ?? LIBRARIES[`${platform}-${arch}`]

/** The arguments for pip to fetch exactly this file with any Python. */
export const pipArguments = ({ file }: Wheel): readonly string[] => {
  const [project = '', version = '', python = '', abi = '', platforms = ''] = file.replace(/\.whl$/, '').split('-')
  const on = platforms.split('.').flatMap((platform) => ['--platform', platform])
  const interpreter = ['--python-version', python.startsWith('cp') ? python.slice(2) : '311', '--implementation', python.slice(0, 2), '--abi', abi]
  return ['--no-deps', '--only-binary=:all:', ...interpreter, ...on, `${project.replaceAll('_', '-')}==${version}`]
}
