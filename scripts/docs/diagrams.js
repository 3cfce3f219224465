/**
 * Draws the Mermaid diagrams of a page, in its colours, with the copy of Mermaid beside this file; a page without diagrams fetches nothing. It runs in the reader's browser, from a
 * server or from a file, so it is a plain script.
 */
;(() => {
  const sources = [...document.querySelectorAll('pre > code.mermaid')]
  const { src } = document.currentScript
  if (sources.length === 0) return

  const drawings = sources.map((code) => {
    const drawing = document.createElement('figure')
    drawing.className = 'diagram'
    // A keyboard moves it sideways, too.
    drawing.tabIndex = 0
    code.parentElement.after(drawing)
    // TypeDoc ends lines by <br>.
    const text = [...code.childNodes].map((node) => (node.nodeName === 'BR' ? '\n' : node.textContent)).join('')
    return { code, drawing, text }
  })

  const dark = matchMedia('(prefers-color-scheme: dark)')
  const isDark = () => {
    const { theme } = document.documentElement.dataset
    return theme === 'dark' || (theme !== 'light' && dark.matches)
  }

  const draw = async () => {
    const theme = isDark() ? 'dark' : 'neutral'
    const themeVariables = theme === 'dark' ? { edgeLabelBackground: '#333333' } : {}
    window.mermaid.initialize({ startOnLoad: false, theme, themeVariables, fontFamily: 'inherit' })
    for (const [i, { code, drawing, text }] of drawings.entries()) {
      const { svg } = await window.mermaid.render(`diagram${i}`, text)
      drawing.innerHTML = svg
      drawing.dataset.theme = theme
      // What cannot be drawn stays to be read.
      code.parentElement.hidden = true
    }
  }

  const mermaid = document.createElement('script')
  mermaid.src = new URL('mermaid.min.js', src).href
  mermaid.onload = () => {
    void draw()
    dark.addEventListener('change', draw)
    new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ['data-theme'] })
  }
  document.head.append(mermaid)
})()
