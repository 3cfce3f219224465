/**
 * The script of a report's page, as the browser runs it: chooses a comparison and a view, filters, copies commands, and listens to keys. Without it the page shows all comparisons
 * one below the other.
 */
export const PAGE_SCRIPT = `'use strict'
document.documentElement.classList.add('live')
const one = (selector, from = document) => from.querySelector(selector)
const all = (selector, from = document) => [...from.querySelectorAll(selector)]
const items = all('#list li')
const view = () => one('input[name=view]:checked').value
const position = one('#position')
const search = one('#search')
const announce = (words) => { one('#announcement').textContent = words }

const visible = () => items.filter((item) => !item.hidden)
const current = () => items.find((item) => item.classList.contains('current'))

const choose = (item, focus) => {
  for (const other of items) other.classList.toggle('current', other === item)
  for (const link of all('#list a')) link.removeAttribute('aria-current')
  for (const article of all('article')) article.classList.remove('current')
  one('main').classList.toggle('empty', item === undefined)
  if (item === undefined) return
  const link = one('a', item)
  const article = document.getElementById(link.hash.slice(1))
  link.setAttribute('aria-current', 'true')
  article.classList.add('current')
  one('#views').hidden = one('.stage.both', article) === null
  one('#view-heat').disabled = one('.stage.has-heat', article) === null
  setView()
  if (focus) one('h2', article).focus({ preventScroll: true })
  const list = one('#list')
  if (item.offsetTop < list.scrollTop) list.scrollTop = item.offsetTop
  if (item.offsetTop + item.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = item.offsetTop + item.offsetHeight - list.clientHeight
  const at = visible().indexOf(item) + 1
  one('#place').textContent = at === 0 ? '' : at + ' of ' + visible().length
}

const move = (step) => {
  const shown = visible()
  const at = shown.indexOf(current())
  const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + step))]
  if (next === undefined) return
  history.replaceState(null, '', one('a', next).hash)
  choose(next, false)
  announce(one('a', next).textContent.replace(/\\s+/g, ' ').trim())
}

const filter = () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== '')
  const statuses = new Set(all('#statuses input:checked').map(({ value }) => value))
  for (const item of items) {
    const text = item.textContent.toLowerCase()
    item.hidden = !statuses.has(item.dataset.status) || !words.every((word) => text.includes(word))
  }
  const shown = visible()
  one('#none').hidden = shown.length > 0
  choose(shown.includes(current()) ? current() : shown[0], false)
  announce(shown.length + ' of ' + items.length + ' comparisons')
}

const LABELS = { slider: 'Reference on the left, received on the right', onion: 'From the reference to the received picture', heat: 'Strength of the heat map' }
const setView = () => {
  const chosen = view() === 'heat' && one('#view-heat').disabled ? 'side' : view()
  document.body.dataset.view = chosen
  const label = LABELS[chosen]
  one('#position-label').hidden = label === undefined
  one('#position-words').textContent = label ?? ''
}
const setPosition = () => { document.body.style.setProperty('--at', position.value / 100) }
const setScale = () => { document.body.classList.toggle('actual', one('#actual').checked) }

const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
}
const copy = async (button) => {
  await copyText(button.dataset.copy)
  const words = button.dataset.words ?? button.textContent
  button.dataset.words = words
  button.textContent = 'Copied'
  announce('Copied: ' + button.dataset.copy)
  setTimeout(() => { button.textContent = words }, 2000)
}

const VIEWS = all('input[name=view]')
const KEYS = {
  j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
  ArrowLeft: () => shift(-5), ArrowRight: () => shift(5),
  a: () => { const button = one('article.current [data-copy]'); if (button !== null) void copy(button) },
  z: () => one('#actual').click(),
  '/': () => search.focus(),
}
VIEWS.forEach((input, i) => { KEYS[i + 1] = () => { if (!input.disabled) input.click() } })
const shift = (by) => {
  position.value = Number(position.value) + by
  setPosition()
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target === search && event.key === 'Escape') { search.value = ''; filter(); search.blur(); return }
  const scrolls = event.target.closest('pre') !== null || (event.target.closest('.scroll') !== null && document.body.classList.contains('actual'))
  const native = event.target === search || (event.key.startsWith('Arrow') && (scrolls || event.target.matches('input')))
  const key = KEYS[event.key]
  if (native || key === undefined || !one('#keys').checked) return
  event.preventDefault()
  key()
})
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy]')
  if (button !== null) void copy(button)
})
for (const step of [-1, 1]) one(step < 0 ? '#previous' : '#next').addEventListener('click', () => move(step))
search.addEventListener('input', filter)
for (const input of all('#statuses input')) input.addEventListener('change', filter)
for (const input of VIEWS) input.addEventListener('change', setView)
position.addEventListener('input', setPosition)
one('#actual').addEventListener('change', setScale)
const drag = (event) => {
  const stage = event.target.closest('.stage.both')
  if (stage === null || event.buttons !== 1 || view() !== 'slider') return
  const { left, width } = stage.getBoundingClientRect()
  position.value = 100 * (event.clientX - left) / width
  setPosition()
}
document.addEventListener('pointerdown', drag)
document.addEventListener('pointermove', drag)

const fromAddress = (focus) => choose(items.find((item) => one('a', item).hash === location.hash) ?? visible()[0], focus)
addEventListener('hashchange', () => fromAddress(true))
setView()
setPosition()
setScale()
filter()
if (location.hash !== '') fromAddress(false)
`
