/** The search reads a hyphen as "without": MS-SSIM would leave out what has SSIM. Here it stands between words. A plain script, for pages from a file, too. */
;(() => {
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
  document.addEventListener('focusin', ({ target }) => {
    if (target.id !== 'tsd-search-input' || Object.hasOwn(target, 'value')) return
    Object.defineProperty(target, 'value', { get: () => get.call(target).replaceAll('-', ' '), set: (text) => set.call(target, text) })
  })
})()
