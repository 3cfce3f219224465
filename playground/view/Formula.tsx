/** The loss as a formula. */
import katex from 'katex'
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { toLatex, type Loss } from 'perceptual-loss'

export const Formula = ({ loss }: { readonly loss: Loss<string, string> }): JSX.Element => {
  const latex = toLatex(loss)
  const html = useMemo(() => katex.renderToString(latex, { throwOnError: false, strict: 'ignore' }), [latex])
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
