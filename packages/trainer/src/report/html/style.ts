/** The report's style sheet: the playground's palette, warm for domain A and cool for B. */
export const style = `
:root {
  --paper: #f7f7f5; --surface: #ffffff; --well: #efefec; --ink: #17181c; --soft: #5d6068; --line: #dfdfdb;
  --warm: #c2661a; --cool: #2f6fb5; --alarm: #b3261e; --alarm-wash: #fdf1ef; --on-ink: #ffffff; --good: #2c7a4b;
  --shadow: 0 1px 2px rgb(20 20 25 / .04), 0 10px 28px -18px rgb(20 20 25 / .16);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #111215; --surface: #191b1f; --well: #141619; --ink: #eceef1; --soft: #9aa0aa; --line: #2b2e34;
    --warm: #e39a52; --cool: #6ca6e4; --alarm: #ff9a8f; --alarm-wash: #2a1917; --on-ink: #111215; --good: #6cc58d;
    --shadow: 0 1px 2px rgb(0 0 0 / .3), 0 14px 36px -22px rgb(0 0 0 / .7);
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-synthesis: none; padding-bottom: 4rem; }
h1, h2, h3, p, ul, dl, dd, figure { margin: 0; padding: 0; }
ul { list-style: none; }
code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
button, input { font: inherit; color: inherit; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--cool); outline-offset: 2px; }
.head, main { width: min(100% - 3rem, 80rem); margin-inline: auto; }
h2 { font-size: 1.125rem; font-weight: 620; letter-spacing: -.014em; line-height: 1.3; }
h3 { font-size: .9375rem; font-weight: 600; letter-spacing: -.008em; line-height: 1.35; }

.head { padding-block: 2.5rem 2.25rem; }
.title { display: flex; align-items: center; gap: 1rem; }
.title > div { min-width: 0; }
.mark { width: 2.75rem; height: 2.75rem; flex: none; }
.mark .from { fill: var(--warm); }
.mark .to { fill: var(--cool); fill-opacity: .85; }
h1 { font-size: clamp(1.5rem, 1.2rem + 1.4vw, 2.125rem); font-weight: 660; letter-spacing: -.028em; line-height: 1.12; overflow-wrap: anywhere; text-wrap: balance; }
.domains { display: flex; flex-wrap: wrap; gap: .125rem .875rem; color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
.domains span::before, .label::before { content: ""; display: inline-block; width: .5em; height: .5em; margin-right: .45em; border-radius: 50%; background: currentColor; vertical-align: .09em; }
.domains .warm::before { background: var(--warm); }
.domains .cool::before { background: var(--cool); }
.state { margin-left: auto; flex: none; display: inline-flex; align-items: center; gap: .5rem; padding: .3125rem .8125rem .3125rem .6875rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--surface); font-size: .875rem; font-weight: 540; }
.state::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: var(--soft); }
.state.training::before { background: var(--cool); animation: beat 2s ease-in-out infinite; }
.state.finished::before { background: var(--good); }
.state.diverged, .state.failed { color: var(--alarm); }
.state.diverged::before, .state.failed::before { background: var(--alarm); }
@keyframes beat { 50% { opacity: .25; } }
.bar { height: 4px; margin-block: 1.75rem 1.5rem; border-radius: 2px; background: var(--line); overflow: hidden; }
.bar i { display: block; height: 100%; border-radius: 2px; background: linear-gradient(90deg, var(--warm), var(--cool)); }
.standing { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 1rem 2rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1.125rem 3.5rem; }
.figures dt { font-size: .8125rem; color: var(--soft); }
.figures dd { font-size: 1.5rem; font-weight: 560; letter-spacing: -.022em; line-height: 1.25; font-variant-numeric: tabular-nums; white-space: nowrap; }
.figures small { font-size: .875rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
.written { padding-bottom: .25rem; font-size: .8125rem; color: var(--soft); }
.notice { margin-top: 1.25rem; padding: .875rem 1.125rem; border-radius: .75rem; background: var(--alarm-wash); color: var(--alarm); font-size: .9375rem; overflow-wrap: anywhere; }
.notice.quiet { background: var(--well); color: var(--soft); }

.look { display: grid; gap: 2.5rem; }
.samples, .curves { min-width: 0; }
.empty { margin-top: .875rem; padding: 2.5rem 1.5rem; border: 1px dashed var(--line); border-radius: 1rem; color: var(--soft); font-size: .9375rem; text-align: center; text-wrap: balance; }
.reel { margin-top: .875rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--surface); box-shadow: var(--shadow); }
.scrubber { position: sticky; top: 0; z-index: 2; display: flex; align-items: center; gap: .75rem; padding: .625rem 1rem .625rem .625rem; border-bottom: 1px solid var(--line); border-radius: 1rem 1rem 0 0; background: var(--surface); }
.scrubber output { min-width: 5.5rem; text-align: right; font-weight: 560; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scrubber small { color: var(--soft); font-weight: 400; font-size: .8125rem; }
.round { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; padding: 0; border: 1px solid transparent; border-radius: 50%; background: var(--well); cursor: pointer; }
.round:hover:not(:disabled) { border-color: var(--soft); }
.round:disabled { opacity: .4; cursor: default; }
.round svg { width: 1rem; height: 1rem; fill: currentColor; stroke: none; }
.round .pause, .playing .play { display: none; }
.playing .pause { display: block; }
input[type=range] { flex: 1; min-width: 0; height: 2.5rem; margin: 0; appearance: none; background: transparent; cursor: pointer; --track: 4px; --thumb: 1.125rem; }
input[type=range]::-webkit-slider-runnable-track { height: var(--track); border-radius: 2px; background: linear-gradient(90deg, var(--ink) var(--done, 100%), var(--line) 0); }
input[type=range]::-moz-range-track { height: var(--track); border-radius: 2px; background: linear-gradient(90deg, var(--ink) var(--done, 100%), var(--line) 0); }
input[type=range]::-webkit-slider-thumb { appearance: none; width: var(--thumb); height: var(--thumb); margin-top: calc((var(--track) - var(--thumb)) / 2); border: 0; border-radius: 50%; background: var(--ink); box-shadow: 0 0 0 3px var(--surface); }
input[type=range]::-moz-range-thumb { width: var(--thumb); height: var(--thumb); border: 0; border-radius: 50%; background: var(--ink); box-shadow: 0 0 0 3px var(--surface); }
input[type=range]:focus-visible { outline: none; }
input[type=range]:focus-visible::-webkit-slider-thumb { outline: 2px solid var(--cool); outline-offset: 2px; }
input[type=range]:focus-visible::-moz-range-thumb { outline: 2px solid var(--cool); outline-offset: 2px; }
input[type=range]:disabled { opacity: .35; cursor: default; }
.pictures { display: block; width: 100%; padding: 0; border: 0; border-radius: 0 0 1rem 1rem; background: #fbfaf7; overflow: hidden; cursor: zoom-in; }
.pictures:focus-visible { outline-offset: -3px; }
.pictures img { display: block; width: 100%; height: auto; max-height: none; }
dialog { max-width: none; max-height: none; width: 100%; height: 100%; padding: 0; border: 0; background: rgb(15 16 19 / .88); overflow: auto; }
dialog form { position: sticky; top: 1rem; z-index: 1; display: flex; justify-content: flex-end; height: 0; padding-right: 1rem; }
dialog .round { background: #fff; color: #17181c; }
dialog .round svg { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; }
dialog img { display: block; height: auto; max-width: none; width: auto; min-width: min(100%, 40rem); margin: 1rem auto; border-radius: .5rem; }
@media (prefers-color-scheme: dark) { .pictures img { filter: brightness(.92); } }

.section-head { display: flex; align-items: center; gap: 1rem; min-height: 1.75rem; }
.at { margin-left: auto; color: var(--soft); font-size: .8125rem; font-variant-numeric: tabular-nums; }
.switch { display: inline-flex; align-items: center; gap: .5rem; font-size: .8125rem; color: var(--soft); cursor: pointer; }
.switch input { appearance: none; position: relative; width: 2rem; height: 1.1875rem; margin: 0; border-radius: 1rem; background: var(--line); cursor: pointer; transition: background .15s; }
.switch input::after { content: ""; position: absolute; top: 2px; left: 2px; width: .9375rem; height: .9375rem; border-radius: 50%; background: #fff; box-shadow: 0 1px 2px rgb(0 0 0 / .25); transition: translate .15s; }
.switch input:checked { background: var(--ink); }
.switch input:checked::after { translate: .8125rem; background: var(--on-ink); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, max(19rem, 34%)), 1fr)); gap: 1rem; margin-block: .875rem 2.25rem; }
.charts:not(.small) > :last-child:nth-child(odd) { grid-column: 1 / -1; }
.charts.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); margin-bottom: 0; }
.note { margin-top: .75rem; font-size: .8125rem; color: var(--soft); }
.chart { display: flex; flex-direction: column; gap: .875rem; min-width: 0; padding: 1rem 1.125rem .875rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--surface); box-shadow: var(--shadow); }
.chart figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .125rem 1rem; align-items: baseline; }
.chart h3 { max-width: 100%; overflow-wrap: break-word; }
.hint { flex: 0 0 100%; font-size: .8125rem; line-height: 1.4; color: var(--soft); text-wrap: pretty; }
.legend { display: flex; flex-wrap: wrap; gap: 0 .875rem; min-width: 0; overflow-wrap: anywhere; font-size: .8125rem; color: var(--soft); }
.legend output { color: var(--ink); font-weight: 540; font-variant-numeric: tabular-nums; }
.legend .warm .label::before { background: var(--warm); }
.legend .cool .label::before { background: var(--cool); }
.legend .plain .label::before { content: none; }
.legend .plain { display: flex; flex-direction: row-reverse; gap: .3em; }
.plot { display: grid; grid-template: 1fr auto / auto minmax(0, 1fr); gap: .375rem .625rem; flex: 1; font-size: .6875rem; line-height: 1; color: var(--soft); font-variant-numeric: tabular-nums; }
.y { position: relative; min-width: 2.1rem; }
.y span { position: absolute; right: 0; translate: 0 -50%; white-space: nowrap; }
.field { position: relative; min-height: 9.5rem; cursor: crosshair; touch-action: pan-y; }
.small .field { min-height: 6rem; }
.field svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; clip-path: inset(0 -5px); }
.field path { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke-linecap: round; stroke: var(--soft); }
.field .rule { stroke: var(--line); stroke-width: 1; }
.field .mean { stroke-width: 1.75; }
.field .raw { stroke-width: 1; opacity: .26; }
.field .lone { stroke-width: 6; opacity: 1; }
.field .warm { stroke: var(--warm); }
.field .cool { stroke: var(--cool); }
.curves:has(#smooth:not(:checked)) .raw { opacity: 1; stroke-width: 1.25; }
.curves:has(#smooth:not(:checked)) .raw ~ .mean { display: none; }
.x { grid-column: 2; position: relative; height: .875rem; }
.x span { position: absolute; top: .1rem; translate: -50%; white-space: nowrap; }
.x span:first-child { translate: 0; }
.x span[style="left:100%"] { translate: -100%; }
.cut { position: absolute; top: 0; right: 0; padding: .1rem .25rem; border-radius: .25rem; background: color-mix(in srgb, var(--surface) 80%, transparent); }
.cursor { position: absolute; inset: 0 auto 0 0; width: 1px; margin-left: -.5px; background: var(--soft); pointer-events: none; }
.dot { position: absolute; width: 7px; height: 7px; margin: -3.5px; border-radius: 50%; background: var(--soft); box-shadow: 0 0 0 2px var(--surface); pointer-events: none; }
.dot.warm { background: var(--warm); }
.dot.cool { background: var(--cool); }

.commands, .details { margin-top: 3rem; }
.commands ul { margin-top: .875rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--surface); box-shadow: var(--shadow); overflow: hidden; }
.commands li { display: grid; grid-template-columns: 12.5rem 1fr auto; align-items: center; gap: .25rem 1rem; min-height: 3.25rem; padding: .5rem .625rem .5rem 1.125rem; }
.commands li + li { border-top: 1px solid var(--line); }
.commands span { color: var(--soft); font-size: .875rem; }
.commands code { font-size: .875rem; overflow-wrap: anywhere; }
.copy { min-height: 2.25rem; min-width: 4.75rem; padding: 0 .875rem; border: 1px solid var(--line); border-radius: .5625rem; background: transparent; font-size: .8125rem; font-weight: 520; cursor: pointer; }
.copy:hover { border-color: var(--soft); }
.groups { columns: 19rem; column-gap: 3rem; margin-top: .5rem; }
.group { break-inside: avoid; padding-top: .625rem; padding-bottom: 1rem; }
.group h3 { padding-bottom: .375rem; border-bottom: 1px solid var(--line); }
.group dl > div { display: flex; justify-content: space-between; gap: 1.25rem; padding-block: .3125rem; font-size: .875rem; line-height: 1.45; }
.group dl > div + div { border-top: 1px solid color-mix(in srgb, var(--line) 55%, transparent); }
.group dt { flex: none; max-width: 60%; color: var(--soft); overflow-wrap: anywhere; }
.group dd { min-width: 0; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

@media (min-width: 66rem) {
  .look.portrait { grid-template-columns: minmax(0, 25rem) minmax(0, 1fr); gap: 2.25rem; align-items: start; }
  .look.portrait .samples { position: sticky; top: 1.5rem; }
  .look.portrait .field { min-height: 11rem; }
  .look.portrait .small .field { min-height: 6.5rem; }
}
@media (max-width: 40rem) {
  .head, main { width: min(100% - 2rem, 80rem); }
  .head { padding-block: 1.5rem 1.75rem; }
  .title { flex-wrap: wrap; gap: .875rem; }
  .title > div { order: 3; flex: 0 0 100%; }
  .mark { width: 2.25rem; height: 2.25rem; }
  .standing, .figures { display: grid; }
  .figures { grid-template-columns: 1fr 1fr; gap: 1rem 1.5rem; }
  .figures dd { font-size: 1.25rem; }
  .commands li { grid-template-columns: 1fr auto; padding-block: .75rem; }
  .commands span, .commands code { grid-column: 1; }
  .commands .copy { grid-area: 1 / 2 / span 2; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media print { .scrubber input, .round, .copy, .switch { display: none; } .chart, .reel { box-shadow: none; break-inside: avoid; } }
`;
