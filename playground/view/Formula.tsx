/** The loss as a formula. */
import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { toLatex, type Loss } from 'perceptual-loss'

type Render = (latex: string) => string

/** KaTeX, which the numbers do not wait for. */
const loadRender = async (): Promise<Render> => {
  const { default: katex } = await import('katex')
  return (latex) => katex.renderToString(latex, { throwOnError: false, strict: 'ignore' })
}

/** `waits`: the first number is on its way, and needs the processor more. */
export const Formula = ({ loss, waits }: { readonly loss: Loss<string, string>; readonly waits: boolean }): JSX.Element => {
  const latex = toLatex(loss)
  const [render, setRender] = useState<Render>()
  useEffect(() => {
    if (!waits && render === undefined) void loadRender().then((loaded) => setRender(() => loaded))
  }, [waits, render])
  const html = useMemo(() => render?.(latex) ?? '', [render, latex])
  return (
    <section class="card" aria-labelledby="formula-title">
      <h2 id="formula-title">Formula</h2>
      <div
        class="scrolling formula"
        tabIndex={0}
        role="region"
        aria-label="The formula, to scroll"
        data-latex={latex}
        dangerouslySetInnerHTML={{ __html: html }}
      />
      <p class="hint">x is the prediction, y the target, φ a layer of a network.</p>
    </section>
  )
}
