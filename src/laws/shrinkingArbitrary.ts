import fc from 'fast-check'

/**
 * The values of an arbitrary, which shrink by their own structure: `simpler` gives the candidates, best first, each of them simpler by some measure that cannot
 * fall for ever.
 */
export const shrinking = <T extends object>(source: fc.Arbitrary<T>, simpler: (value: T) => Generator<T>): fc.Arbitrary<T> => new Shrinking(source, simpler)

class Shrinking<T extends object> extends fc.Arbitrary<T> {
  private readonly made = new WeakSet()

  constructor(
    private readonly source: fc.Arbitrary<T>,
    private readonly simpler: (value: T) => Generator<T>,
  ) {
    super()
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    const { value } = this.source.generate(random, bias)
    this.made.add(value)
    return new fc.Value(value, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return typeof value === 'object' && value !== null && this.made.has(value)
  }

  override shrink(value: T): fc.Stream<fc.Value<T>> {
    return fc.stream(this.simpler(value)).map((candidate) => new fc.Value(candidate, undefined))
  }
}
