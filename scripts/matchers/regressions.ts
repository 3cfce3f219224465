/** The planted regressions: 100 mistakes that a visual test should catch, as style sheets or scripts for the pages of `pages`. */

/** What a regression does to the page. */
export interface Regression {
  readonly kind: string
  readonly what: string
  /** Added to the page's styles. */
  readonly css?: string
  /** Run in the page. */
  readonly script?: string
}

const css = (kind: string, what: string, css: string): Regression => ({ kind, what, css })
const script = (kind: string, what: string, script: string): Regression => ({ kind, what, script })

/** Replaces the text of an element. */
const text = (what: string, selector: string, value: string): Regression =>
  script('wrong text', what, `document.querySelector('${selector}').textContent = '${value}'`)

/** Lets an image fail to load: the browser shows its broken picture. */
const broken = (what: string, selector: string): Regression =>
  script(
    'broken image',
    what,
    `const image = document.querySelector('${selector}'); image.src = '/images/none.jpg'; new Promise((done) => { image.onerror = done })`,
  )

export const REGRESSIONS: Readonly<Record<string, readonly Regression[]>> = {
  form: [
    css('missing', 'no logo', '.logo { visibility: hidden }'),
    css('missing', 'no border around a field', '.street { border-color: transparent }'),
    css('missing', 'no message below the wrong postcode', '.hint { visibility: hidden }'),
    css('missing', 'no arrow in the list of countries', '.select::after { display: none }'),
    css('moved', 'the main button 12 pixels lower', '.main { transform: translateY(12px) }'),
    css('moved', 'the price of express 10 pixels higher', '.express small { transform: translateY(-10px) }'),
    css('recoloured', 'the main button is grey', '.button.main { background: #6b7280; border-color: #6b7280 }'),
    css('recoloured', 'the wrong postcode has no red border', '.invalid { border-color: #9ca3af }'),
    css('clipped', 'the title is cut off', 'h1 { width: 140px; white-space: nowrap; overflow: hidden }'),
    css('clipped', 'the main button is too narrow', '.main { width: 120px; white-space: nowrap; overflow: hidden }'),
    css('wrong font', 'fields in the default serif', '.field { font-family: serif }'),
    css('contrast', 'labels nearly white', 'label { color: #d1d5db }'),
    css('contrast', 'white on light grey in the main button', '.button.main { background: #e5e7eb; border-color: #e5e7eb }'),
    css('z-order', 'the panel covers the steps', '.steps { position: relative; z-index: -1; top: 26px } form { position: relative }'),
    css(
      'wrong state',
      'express is chosen',
      '.standard { border-color: #d1d5db; background: none } .standard .radio { border: 1px solid #6b7280 } .express { border-color: #4338ca; background: #eef2ff } .express .radio { border: 5px solid #4338ca }',
    ),
    css('wrong state', 'the box is not ticked', '.check { background: #fff; border: 1px solid #6b7280 } .check path { stroke: none }'),
    text('a key instead of the text of the button', '.back', 'cart.back.label'),
  ],
  article: [
    css('missing', 'no icon for the search', '.search { visibility: hidden }'),
    css('missing', 'no bookmark', '.save { visibility: hidden }'),
    css('missing', 'no line beside the quotation', 'blockquote { border-color: transparent }'),
    css('missing', 'no numbers in the list', 'aside li::before { color: transparent }'),
    css('moved', 'the section to the right', '.section { transform: translateX(40px) }'),
    css('moved', 'the picture 14 pixels higher', '.photo { transform: translateY(-14px) }'),
    css('recoloured', 'the link in the colour of the text', 'article a { color: inherit }'),
    css('recoloured', 'the initial is black', 'article .first::first-letter { color: #222 }'),
    css('clipped', 'the headline is cut off', 'h1 { height: 34px; overflow: hidden; margin-bottom: 24px }'),
    css('clipped', 'the portrait is cut in half', '.author img { clip-path: inset(0 0 50% 0) }'),
    css('wrong font', 'the headline in a sans-serif', 'h1 { font-family: Roboto }'),
    css('wrong font', 'the quotation in italics', 'blockquote { font-style: italic }'),
    broken('the photograph', '.photo'),
    broken('the portrait', '.author img'),
    css('contrast', 'the caption nearly white', 'figcaption { color: #e5ded0 }'),
    css(
      'z-order',
      'the navigation reaches into the article',
      'nav { position: relative; z-index: 1; background: #fffdf8; height: 84px; margin-bottom: -26px } main { margin-top: -26px }',
    ),
    css('wrong layout', 'text not justified', 'article p { text-align: left }'),
  ],
  dashboard: [
    css('missing', 'no number of new orders', '.badge { visibility: hidden }'),
    css('missing', 'no line for last year', '.last { visibility: hidden }'),
    css('missing', 'no weeks below the chart', '.ticks { visibility: hidden }'),
    css('missing', 'no last year in the legend', '.year { visibility: hidden }'),
    css('moved', 'the button for export 8 pixels lower', '.export { transform: translateY(8px) }'),
    css('moved', 'the ring 16 pixels to the right', '.donut g { translate: 16px 0 }'),
    css('recoloured', 'two channels have one colour', '.third { stroke: #ffa726 }'),
    css('recoloured', 'returns in green', '.down { color: #2e7d32 }'),
    css('clipped', 'the ring is cut off', '.donut { width: 180px }'),
    css('clipped', 'the customers are cut off', 'td:nth-child(2) { display: inline-block; width: 46px; white-space: nowrap; overflow: hidden }'),
    css('wrong font', 'the numbers in the default monospace', '.card b { font-family: monospace }'),
    css('contrast', 'the navigation nearly invisible', '.side { color: #37474f }'),
    css('z-order', 'the area covers the lines', '.area { fill: #26a69a } .this, .last { visibility: hidden }'),
    css(
      'wrong state',
      'another page is marked',
      '.side .here { background: none; color: inherit; border: 0; padding-left: 20px } .side div:nth-of-type(2) { background: #37474f; color: #fff; border-left: 4px solid #26a69a; padding-left: 16px }',
    ),
    text('a total that is not a number', '.second .n', '€ NaN'),
    script(
      'wrong data',
      'the line of this year is flat at the end',
      `document.querySelector('.this').setAttribute('d', 'M40 120L113 104 186 112 259 78 332 84 405 60 478 155 551 155 624 155')`,
    ),
    text('an order that is paid, not overdue', '.late', 'paid'),
  ],
  shop: [
    css('missing', 'no number at the cart', '.cart i { visibility: hidden }'),
    css('missing', 'no price before the sale', '.price s { visibility: hidden }'),
    css('missing', 'no stars', '.stars { visibility: hidden }'),
    css('missing', 'one button missing', '.product:nth-child(2) .add { visibility: hidden }'),
    css('moved', 'the mark of the sale in the other corner', '.product:nth-child(4) .sale { left: auto; right: 10px; top: 150px }'),
    css('moved', 'one product 9 pixels lower', '.product:nth-child(3) { transform: translateY(9px) }'),
    css('recoloured', 'marks of the sale are blue', '.sale { background: #2563eb }'),
    css('recoloured', 'the banner without its gradient', '.banner { background: #fde68a }'),
    css('clipped', 'pictures squashed', '.product img { object-fit: fill }'),
    css('clipped', 'the search is cut off', '.search { max-width: 110px; white-space: nowrap; overflow: hidden }'),
    css('wrong font', 'names of the products in the default serif', '.product b { font-family: serif }'),
    broken('one product', '.product:nth-child(2) img'),
    broken('another product', '.product:nth-child(4) img'),
    css('contrast', 'the footer nearly invisible', 'footer { color: #e4e4e7 }'),
    css('z-order', 'the pictures cover hearts and marks', '.product img { position: relative; z-index: 2 }'),
    css('wrong state', 'a product that is sold out can be bought', '.add.out { background: #18181b; color: #fff }'),
    css('wrong layout', 'corners of the pictures not rounded', '.product img { border-radius: 0 }'),
  ],
  settings: [
    css('missing', 'no triangle in the note', '.note path { visibility: hidden }'),
    css('missing', 'no lines between the rows', 'td { border-top-color: transparent }'),
    css('missing', 'one link of the tabs missing', '.tabs span:nth-child(4) { visibility: hidden }'),
    css('moved', 'a role 7 pixels lower', '.r4 .role { position: relative; top: 7px }'),
    css('moved', 'the button beside the path', '.save { margin-left: 20px }'),
    css('recoloured', 'an administrator in the colour of members', '.r1 .role { background: #e6f4ea; color: #137333 }'),
    css('recoloured', 'the marked row is not marked', 'tr.chosen td { background: none }'),
    css('clipped', 'an address is cut off', '.r5 td:nth-child(2) { clip-path: inset(0 110px 0 0) }'),
    css('wrong font', 'tokens in the default monospace', 'code { font-family: monospace }'),
    css('wrong font', 'names are bold', 'td:first-child { font-weight: 700 }'),
    css('contrast', 'the head of the table nearly invisible', 'th { color: #e0e2e4 }'),
    css('z-order', 'the note covers the table', '.note { position: relative; top: 44px; z-index: 1 }'),
    css('wrong state', 'a toggle is on', '.r4 td:nth-child(5) .toggle { background: #1a73e8; padding-left: 16px }'),
    css('wrong state', 'the button is disabled', '.save { background: #dadce0 }'),
    css('wrong state', 'page 2 is marked', '.pages .here { background: none; color: inherit } .pages span:nth-child(3) { background: #1a73e8; color: #fff }'),
    text('an object instead of a date', '.r6 td:last-child', '[object Object]'),
  ],
  dark: [
    css('missing', 'no bell', '.bell { visibility: hidden }'),
    css('missing', 'no bars at the track that plays', '.bars { visibility: hidden }'),
    css('missing', 'no triangle in the button', '.play path { visibility: hidden }'),
    css('moved', 'a cover 10 pixels to the right', '.two img { transform: translateX(10px) }'),
    css('moved', 'the controls 14 pixels lower', '.controls { transform: translateY(14px) }'),
    css('recoloured', 'the track that plays is white', '.track.now b { color: inherit }'),
    css('recoloured', 'the progress is red', '.progress i { background: #ef4444 }'),
    css('clipped', 'the title of the album is cut off', '.hero b { height: 13px; overflow: hidden }'),
    css('wrong font', 'tracks in the default serif', '.track { font-family: serif }'),
    broken('a cover', '.three img'),
    broken('the album', '.hero img'),
    css('contrast', 'artists nearly invisible', '.track small { color: #333 }'),
    css('contrast', 'no gradient behind the title of the album', '.hero div { background: none }'),
    css('z-order', 'the last track over the player', '.four { position: relative; z-index: 1; top: 50px }'),
    css(
      'wrong state',
      'podcasts are chosen',
      '.chips .on { background: #2a2a2a; color: inherit } .chips span:nth-child(2) { background: #1ed760; color: #000 }',
    ),
    css('wrong state', 'the progress is at its end', '.progress i { width: 100% }'),
  ],
}
