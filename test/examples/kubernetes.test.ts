/** The Job of examples/kubernetes: held against Kubernetes' own schema, and its script run as its pods run it. */
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Job, type IJob } from 'kubernetes-models/batch/v1'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const manifest = async (): Promise<IJob> => parse(await readFile(new URL('../../examples/kubernetes/job.yaml', import.meta.url), 'utf8')) as IJob

describe('the Kubernetes Job', () => {
  it("is valid by Kubernetes' schema of batch/v1", async () => {
    const job = await manifest()
    expect([job.apiVersion, job.kind]).toEqual(['batch/v1', 'Job'])
    expect(() => new Job(job).validate()).not.toThrow()
  })

  it.each([
    ['a word for a number', { completions: 'eight' }],
    ['no template', { template: undefined }],
    ['a container without a name', { template: { spec: { containers: [{ image: 'a' }] } } }],
  ])('would not be with %s', async (_, change) => {
    const job = await manifest()
    expect(() => new Job({ ...job, spec: { ...job.spec, ...change } } as unknown as IJob).validate()).toThrow()
  })

  it('deals every pair to one pod, and goes on in the file of its part', async () => {
    const { spec } = await manifest()
    const [container] = spec!.template.spec!.containers
    const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-job-'))
    try {
      await mkdir(join(folder, 'bin'))
      // In the place of npx: says how it was called, and passes on what it was given.
      await writeFile(join(folder, 'bin', 'npx'), '#!/bin/sh\necho "$@"\ncat\n')
      await chmod(join(folder, 'bin', 'npx'), 0o755)
      await writeFile(join(folder, 'pairs.ndjson'), Array.from({ length: 21 }, (_, i) => `pair ${String(i)}\n`).join(''))
      const script = container!.args![0]!.replaceAll('/data', folder)
      const parts = Array.from({ length: spec!.completions! }, async (_, index) => {
        const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, JOB_COMPLETION_INDEX: String(index) }
        execFileSync(container!.command![0]!, [...container!.command!.slice(1), script], { env })
        const part = join(folder, 'results', `part-${String(index)}.ndjson`)
        const [called, ...pairs] = (await readFile(part, 'utf8')).trim().split('\n')
        expect(called).toBe(`perceptual-loss worker --root ${folder} --threads 1 --resume ${part}`)
        return pairs
      })
      const dealt = (await Promise.all(parts)).flat()
      expect(dealt.sort()).toEqual(Array.from({ length: 21 }, (_, i) => `pair ${String(i)}`).sort())
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
