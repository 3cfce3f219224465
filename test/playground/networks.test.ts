/** How downloads of networks are reported. */
import { expect, it } from 'vitest'
import { reported } from '../../playground/engine/networks.js'

it('a download whose size the server does not say is reported as finished when it is', async () => {
  const shares: number[] = []
  const network = await reported(
    'alexnet',
    (progress) => {
      progress({ received: 2_100_000, total: undefined })
      return Promise.resolve('AlexNet')
    },
    (_, received, total) => shares.push(received / total),
  )
  // Of AlexNet's 10 MB.
  expect([network, shares]).toEqual(['AlexNet', [0, 0.21, 1]])
})

it('a failed download is reported as finished, too', async () => {
  const shares: number[] = []
  const failed = reported(
    'alexnet',
    () => Promise.reject(new Error('offline')),
    (_, received, total) => shares.push(received / total),
  )
  await expect(failed).rejects.toThrow('offline')
  expect(shares).toEqual([0, 1])
})
