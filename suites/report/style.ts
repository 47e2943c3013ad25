/** Style sheet of the report: light, dark, narrow and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfbf9, #14171a);
  --raised: light-dark(#ffffff, #1c2024);
  --ink: light-dark(#1b1f23, #e6e8ea);
  --quiet: light-dark(#57606a, #a0a8b0);
  --line: light-dark(#d8dbde, #33393f);
  --pass: light-dark(#116329, #6fdc8c);
  --fail: light-dark(#b3261e, #ff9d94);
  --inconclusive: light-dark(#7a4d00, #ffca70);
  --not_applicable: var(--quiet);
  --error: light-dark(#7b1fa2, #e3a6ff);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main, header.top { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .25rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; }
code, pre { font: .85rem/1.45 ui-monospace, Menlo, Consolas, monospace; }
pre { overflow-x: auto; background: var(--ground); border: 1px solid var(--line);
  border-radius: 4px; padding: .5rem .75rem; margin: .5rem 0; }
a { color: inherit; }
:focus-visible { outline: 3px solid light-dark(#0b57d0, #8ab4f8); outline-offset: 2px; }
.quiet { color: var(--quiet); }
.banner { border-left: .5rem solid var(--tone); background: var(--raised); padding: 1rem 1.25rem;
  border-radius: 4px; }
.banner strong { color: var(--tone); font-size: 1.5rem; }
.verdict { color: var(--tone); font-weight: 600; white-space: nowrap; }
.pass { --tone: var(--pass); } .fail { --tone: var(--fail); }
.inconclusive { --tone: var(--inconclusive); } .error { --tone: var(--error); }
.not_applicable { --tone: var(--not_applicable); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
ul.totals { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; }
ul.totals li { border: 1px solid var(--line); border-radius: 4px; padding: .25rem .75rem;
  background: var(--raised); }
article { background: var(--raised); border: 1px solid var(--line); border-left: .25rem solid
  var(--tone); border-radius: 4px; padding: .75rem 1rem; margin: .75rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--quiet); }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; }
td.id { white-space: nowrap; }
tr:target, article:target { background: light-dark(#fff3c4, #3a3312); }
summary { cursor: pointer; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .5rem 0; }
.filter input[type=search] { font: inherit; padding: .3rem .5rem; min-width: 14rem; }
.problem { color: var(--fail); }
[hidden] { display: none !important; }
@media print {
  :root { color-scheme: light; }
  .filter { display: none; }
  article, tr { break-inside: avoid; }
  details:not([open]) > *:not(summary) { display: block; }
}
@media (max-width: 40rem) { dl.facts { grid-template-columns: 1fr; } dl.facts dt { margin-top: .5rem; } }
`;
