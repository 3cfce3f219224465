/** The command line: what it prints, and its exit status. */
import { describe, expect, it } from 'vitest'
import { command, type AnyCommand, type Listed } from '../../src/cli/command.js'
import { runCommandLine } from '../../src/cli/commandLine.js'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { LossException } from '../../src/index.js'

const ran: unknown[] = []

const paint = command({
  args: {
    picture: { type: 'positional', description: 'the picture' },
    steps: { type: 'string', default: '3', description: 'how many steps' },
    quick: { type: 'boolean', alias: 'q', description: 'less well' },
    grid: { type: 'boolean', default: true, description: 'with a grid' },
  },
  run: ({ args }) => void ran.push({ picture: args.picture, steps: args.steps, quick: args.quick, grid: args.grid }),
})

const failing = (error: Error): AnyCommand =>
  command({
    run: () => {
      throw error
    },
  })

const commands: Readonly<Record<string, Listed>> = {
  paint: { description: 'Paints.', load: () => Promise.resolve(paint) },
  fail: { description: 'Fails.', load: () => Promise.resolve(failing(new LossException({ _tag: 'BadWeight', weight: Number.NaN }))) },
  burst: { description: 'Fails in many lines.', load: () => Promise.resolve(failing(new Error('\nthe first line\nthe second'))) },
}

const said = async (...args: readonly string[]) => {
  const lines: { readonly out: string[]; readonly err: string[] } = { out: [], err: [] }
  const status = await runCommandLine(
    args,
    { out: (text) => lines.out.push(text), err: (text) => lines.err.push(text), taken: () => Promise.resolve(), colours: false, terminal: undefined },
    commands,
  )
  return { status, ...lines }
}

describe('the command line', () => {
  it.each([[[]], [['--help']], [['-h']]])('lists the commands: %j', async (args: readonly string[]) => {
    const { status, out, err } = await said(...args)
    expect([status, err]).toEqual([0, []])
    expect(out.join()).toMatch(/Usage: perceptual-loss COMMAND[^]*paint +Paints\.[^]*fail +Fails\./)
  })

  it("shows a command's options without running it", async () => {
    const before = ran.length
    const { status, out } = await said('paint', 'a.png', '--help')
    expect(status).toBe(0)
    expect(out.join()).toMatch(/perceptual-loss paint[^]*PICTURE[^]*--steps[^]*how many steps/)
    expect(ran).toHaveLength(before)
  })

  it('prints the version of the package', async () => {
    expect((await said('--version')).out.join()).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('runs a command with its arguments', async () => {
    expect((await said('paint', 'a.png', '--steps', '5', '-q', '--no-grid')).status).toBe(0)
    expect(ran.at(-1)).toEqual({ picture: 'a.png', steps: '5', quick: true, grid: false })
    expect((await said('paint', 'b.png', '--debug')).status).toBe(0)
    expect(ran.at(-1)).toMatchObject({ picture: 'b.png', steps: '3', grid: true })
  })

  it.each([
    [['pain'], "there is no command 'pain'; --help lists the commands. Did you mean paint?"],
    [['constructor'], "there is no command 'constructor'; --help lists the commands."],
    [['--fast'], "there is no option '--fast'; --help lists the commands."],
    [['paint', 'a.png', '--stepz', '5'], "unknown option '--stepz'; perceptual-loss paint --help lists the options. Did you mean --steps?"],
    [['paint', 'a.png', '--steps'], "option '--steps <value>' argument missing; perceptual-loss paint --help lists the options."],
    [['paint', 'a.png', 'b.png'], "received the unexpected argument 'b.png'; perceptual-loss paint --help lists the arguments."],
    [['paint', '-q'], 'the argument PICTURE is missing; perceptual-loss paint --help lists the arguments.'],
  ])('reports wrong arguments in one line: %j', async (args, line) => {
    const before = ran.length
    expect(await said(...args)).toEqual({ status: 2, out: [], err: [`perceptual-loss: ${line}`] })
    expect(ran).toHaveLength(before)
  })

  it('says in one line why a command failed, and where only when asked', async () => {
    expect(await said('fail')).toEqual({
      status: 3,
      out: [],
      err: [expect.stringMatching(/^perceptual-loss: A weight: received NaN, expected 0 or a number within float32's range.*\.$/)],
    })
    expect((await said('burst')).err).toEqual(['perceptual-loss: the first line'])
    const { err } = await said('burst', '--debug')
    expect(err).toHaveLength(2)
    expect(err[1]).toMatch(/\n\s+at .*commandLine\.test/)
  })
})

describe('the commands', () => {
  it('load, each from its own file', async () => {
    for (const { load } of Object.values(COMMANDS)) expect(await load()).toHaveProperty('run')
  })
})
