/** The reference page's style; light and dark, from a phone to a wide screen. */
export const docsStyle = `
:root {
  --paper: #f7f7f5; --surface: #fff; --well: #efefec; --ink: #17181c; --soft: #5d6068; --line: #dfdfdb;
  --warm: #a8590f; --cool: #2563a8; --alarm: #b3261e; --code: #17191e; --code-ink: #e6e8ec; --code-soft: #a3a9b4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #111215; --surface: #191b1f; --well: #202328; --ink: #eceef1; --soft: #a3a9b4; --line: #2b2e34;
    --warm: #e39a52; --cool: #7db2ea; --alarm: #ff9a8f; --code: #0b0c0e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word;
}
h1, h2, h3, h4, p, dl, dd, ul, pre { margin: 0; }
a { color: var(--cool); text-underline-offset: .2em; }
:focus-visible { outline: 2px solid var(--cool); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
code { font-size: .875em; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--surface); }
.frame { width: min(100% - 2.5rem, 76rem); margin-inline: auto; }
header { padding-block: 1.5rem .5rem; }
.brand { display: flex; align-items: center; gap: .75rem; }
.brand svg { width: 1.75rem; height: 1.75rem; flex: none; }
h1 { font-size: 1.125rem; font-weight: 620; letter-spacing: -.012em; }
.brand p { margin-left: auto; color: var(--soft); font-size: .8125rem; }
.intro { max-width: 44rem; margin-top: 1.25rem; }
.intro p + p { margin-top: .5rem; color: var(--soft); font-size: .9375rem; }
nav { padding-block: 1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; font-size: .875rem; }
nav a { display: inline-flex; align-items: center; min-height: 2.25rem; padding-inline: .7rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--surface); color: var(--ink); text-decoration: none; }
nav a:hover { border-color: var(--soft); }
.call, .reference { padding-block: 2rem; border-top: 1px solid var(--line); }
h2 { font-size: 1.375rem; font-weight: 600; letter-spacing: -.02em; line-height: 1.25; }
.line { overflow-wrap: anywhere; display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .6rem; margin-top: .4rem; }
.method { padding: .1rem .45rem; border-radius: .35rem; background: var(--well); color: var(--cool); font-size: .75rem; font-weight: 650; }
.method.post { color: var(--warm); }
.lead { margin-top: .75rem; max-width: 44rem; }
h3 { margin-top: 1.75rem; font-size: .8125rem; font-weight: 600; color: var(--soft); }
h3 code { font-size: 1.125em; color: var(--ink); }
.fields { display: grid; margin-top: .25rem; }
.fields > div { padding-block: .6rem; border-bottom: 1px solid var(--line); }
.fields > div:last-child { border-bottom: 0; }
.fields dt { display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem .6rem; }
.fields dt code { font-weight: 600; }
.kind { color: var(--soft); font-size: .8125rem; min-width: 0; }
.must { color: var(--alarm); font-size: .75rem; }
.fields dd { font-size: .9375rem; }
.fields dd + dd { margin-top: .25rem; }
.status { font-variant-numeric: tabular-nums; }
.codes { padding: 0; list-style: none; }
.quiet { color: var(--soft); font-size: .8125rem; }
details { margin-top: .35rem; }
summary { width: fit-content; padding-block: .2rem; color: var(--soft); font-size: .875rem; cursor: pointer; }
details .fields { padding-left: 1rem; border-left: 2px solid var(--line); }
.sample { margin-top: 1rem; border-radius: .75rem; background: var(--code); color: var(--code-ink); overflow: hidden; }
.sample h3 { margin: 0; padding: .6rem 1rem 0; color: var(--code-soft); font-size: .75rem; font-weight: 500; }
.sample pre { padding: .5rem 1rem 1rem; font-size: .8125rem; line-height: 1.6; white-space: pre-wrap; overflow-wrap: anywhere; }
.sample pre code { font-size: 1em; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--soft); font-size: .8125rem; font-weight: 600; }
footer { padding-block: 1.5rem 3rem; color: var(--soft); font-size: .8125rem; }
@media (min-width: 62rem) {
  .call { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 30rem); grid-template-rows: auto 1fr; gap: 0 3rem; align-items: start; }
  .call .samples { grid-area: 1 / 2 / span 2; position: sticky; top: 1rem; }
  .call .details { grid-column: 1; }
  .call .sample:first-child { margin-top: 0; }
}
@media (max-width: 40rem) { .frame { width: min(100% - 2rem, 76rem); } }
@media print { nav, .skip { display: none; } }
`;
