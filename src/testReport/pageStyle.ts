/**
 * The style of a report's page, light and dark, for wide and narrow screens.
 */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --paper: #fff; --raised: #f4f5f7; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --mark: #0550ae; --chosen: #ddf0ff;
  --bad: #b42318; --good: #116329; --new: #6639ba; --warm: #7a4f00 }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --raised: #1f242c; --ink: #e6edf3; --faint: #9da7b3; --line: #3a424d; --mark: #79b8ff; --chosen: #15304d;
  --bad: #ff8f84; --good: #6fdd8b; --new: #d0b3ff; --warm: #f0c060 } }
* { box-sizing: border-box }
[hidden] { display: none !important }
body { --at: 0.5; margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.3rem; margin: 0 } h2 { font-size: 1.1rem; margin: 0 } h2:focus { outline: none } p { margin: 0 }
code, pre { font: 13px/1.45 ui-monospace, Consolas, monospace }
button, input[type=search] { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; min-height: 32px }
button { cursor: pointer } button:hover { border-color: var(--mark) }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 1px }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
header { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; padding: 12px 18px; border-bottom: 1px solid var(--line) }
header p { color: var(--faint); flex: 1 1 200px }
.status { font-weight: 600 } .failed { color: var(--bad) } .new, .updated { color: var(--new) } .passed { color: var(--warm) } .equal { color: var(--good) }
nav { padding: 12px 18px; background: var(--raised) }
nav fieldset { border: 0; margin: 8px 0; padding: 0; display: flex; flex-wrap: wrap; gap: 2px 12px }
nav fieldset label { display: inline-flex; align-items: center; gap: 4px; min-height: 24px }
#search { width: 100% }
#list { list-style: none; margin: 0; padding: 0 }
#list a { display: block; padding: 6px 10px; border-radius: 6px; color: inherit; text-decoration: none } #list a:hover { background: var(--chosen) }
#list li.current a { background: var(--chosen); box-shadow: inset 3px 0 var(--mark) }
#list small { display: block; color: var(--faint) } #list .status { font-size: 13px }
article { padding: 0 18px 24px; margin: 18px 0 0 } article + article { border-top: 1px solid var(--line); padding-top: 18px }
.live article:not(.current) { display: none } .live article { border-top: 0; padding-top: 0 }
article > * { margin-bottom: 12px } .test, .none { color: var(--faint) }
table { border-collapse: collapse } th, td { text-align: left; padding: 3px 16px 3px 0; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: top }
thead th { color: var(--faint); font-size: 13px } tbody th { font-weight: 600 } .within { color: var(--good) } .beyond { color: var(--bad); font-weight: 600 }
pre { margin: 0; padding: 10px 12px; background: var(--raised); border-radius: 6px; white-space: pre-wrap; max-height: 14em; overflow: auto }
.accept code { display: block; margin-top: 6px }
#views { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 10px 18px 0 }
html:not(.live) #views, html:not(.live) #walk, html:not(.live) nav > :not(ol), html:not(.live) footer { display: none }
#views fieldset { display: flex; flex-wrap: wrap; border: 0; margin: 0; padding: 0; gap: 4px }
#views fieldset label { position: relative } #views fieldset input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer }
#views fieldset span { display: block; padding: 4px 10px; border: 1px solid var(--line); border-radius: 6px; min-height: 32px }
#views fieldset :checked + span { background: var(--chosen); border-color: var(--mark); box-shadow: inset 0 -2px var(--mark) }
#views fieldset :disabled + span { color: var(--faint); border-style: dashed } #views fieldset :focus-visible + span { outline: 2px solid var(--mark); outline-offset: 1px }
#views > label { display: inline-flex; gap: 8px; align-items: center; flex-wrap: wrap } #position { width: 220px; accent-color: var(--mark) }
#bar { display: flex; flex-wrap: wrap } #walk { display: flex; gap: 8px; align-items: center; padding: 10px 18px 0 }
.facts { display: flex; flex-wrap: wrap; gap: 12px 32px; align-items: start } .facts > * { flex: 0 1 auto } .facts pre, .facts details { flex: 1 1 100% } #place { color: var(--faint) }
.scroll { overflow: auto; max-width: 100% }
.stage { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); align-items: start }
.stage.single { grid-template-columns: minmax(0, max(min(100%, 300px), calc(var(--width) * 1px))) }
figure { margin: 0; min-width: 0 } figcaption { margin-bottom: 4px; font-weight: 600 } figcaption small { font-weight: 400; color: var(--faint) }
.stage img { display: block; width: calc(100% * var(--wide) / var(--width)); height: auto; outline: 1px solid var(--line);
  background: repeating-conic-gradient(#bbb 0 25%, #fff 0 50%) 0 0 / 16px 16px }
.stage img { max-width: calc(var(--wide) * 4px) }
.small img { image-rendering: pixelated }
body:not([data-view=side]) .stage.both { display: grid; grid-template-columns: minmax(0, 1fr); position: relative; isolation: isolate; --least: min(480px, var(--width) * 4px); width: min(100%, max(var(--width) * 1px, var(--least)), max(var(--least), (100vh - 30rem) * var(--width) / var(--height))); touch-action: pan-y }
body:not([data-view=side]) .both figure { grid-area: 1 / 1 } body:not([data-view=side]) .both figcaption { display: none } body:not([data-view=side]) .both .heat { display: none }
[data-view=slider] .both .received { clip-path: inset(0 0 0 calc(100% * var(--at))) }
[data-view=slider] .both { cursor: ew-resize; user-select: none }
[data-view=slider] .both::after { content: ''; position: absolute; inset: 0 auto 0 calc(100% * var(--at) - 1px); width: 2px; background: #e5007a; box-shadow: 0 0 0 1px #fff; pointer-events: none }
[data-view=onion] .both .received { opacity: var(--at) }
[data-view=difference] .both .received { mix-blend-mode: difference } [data-view=difference] .both img { background: none }
[data-view=heat] .has-heat .heat.heat { display: block; mix-blend-mode: screen; opacity: var(--at) } [data-view=heat] .has-heat .received img { filter: grayscale(1) brightness(0.45) }
.actual .stage, .actual .stage.both.both { width: max-content; grid-template-columns: repeat(3, max-content) } .actual:not([data-view=side]) .stage.both.both { grid-template-columns: max-content }
.actual .stage img { width: calc(var(--wide) * 1px) }
footer { padding: 12px 18px; color: var(--faint); border-top: 1px solid var(--line) } footer dl { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 6px 0 0 } footer div { display: flex; gap: 6px }
footer dt { font: 13px ui-monospace, Consolas, monospace; color: var(--ink) } footer dd { margin: 0 }
footer label { display: inline-flex; gap: 6px; align-items: center; min-height: 24px }
@media (min-width: 900px) {
  .live body { display: grid; grid-template: auto minmax(0, 1fr) auto / 340px minmax(0, 1fr); height: 100vh } .live header, .live footer { grid-column: 1 / -1 }
  .live nav { display: flex; flex-direction: column; min-height: 0; border-right: 1px solid var(--line) } .live main { overflow: auto; min-width: 0 }
  .live #list { overflow: auto; flex: 1; position: relative; margin: 0 -10px }
}
@media (max-width: 899px) { .live #list { max-height: 11.5em; overflow: auto; position: relative } }
`
