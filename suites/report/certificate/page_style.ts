/** Style sheet of the printable certificate: A4 or letter, black on white, no script. */
export const CERTIFICATE_STYLE = `
:root { color-scheme: light; --ink: #1b1f23; --quiet: #57606a; --line: #c9ced3;
  --pass: #116329; --fail: #b3261e; --inconclusive: #7a4d00; --error: #7b1fa2; }
* { box-sizing: border-box; }
body { margin: 0; background: #eceef0; color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 52rem; margin: 1.5rem auto; background: #fff; padding: 2.2rem 2.6rem;
  border: 1px solid var(--line); border-top: .5rem solid var(--tone); }
.pass { --tone: var(--pass); } .fail { --tone: var(--fail); }
.inconclusive { --tone: var(--inconclusive); } .error { --tone: var(--error); }
.kind { margin: 0; color: var(--quiet); letter-spacing: .04em; text-transform: uppercase;
  font-size: .85rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .3rem 0 .1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .4rem; padding-bottom: .15rem;
  border-bottom: 1px solid var(--line); break-after: avoid; }
p { margin: .35rem 0; overflow-wrap: anywhere; } .quiet { color: var(--quiet); font-size: .9rem; }
.verdict { display: flex; gap: .8rem; align-items: center; margin: 1rem 0 .4rem;
  padding: .7rem 1rem; border: 2px solid var(--tone); border-radius: 6px; break-inside: avoid; }
.verdict .sign { flex: none; width: 2.2rem; height: 2.2rem; border: 2px solid var(--tone);
  border-radius: 50%; display: grid; place-items: center; font-weight: 700; font-size: 1.2rem;
  color: var(--tone); }
.verdict strong { color: var(--tone); font-size: 1.25rem; }
dl.facts { display: grid; grid-template-columns: 9.5rem 1fr; gap: .15rem 1rem; margin: .3rem 0; }
dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; overflow-wrap: normal; }
.short { white-space: nowrap; overflow-wrap: normal; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
dd, td, th, li, code, h1 { unicode-bidi: isolate; }
code, pre { font: .8rem/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line);
  border-radius: 4px; padding: .4rem .7rem; margin: .3rem 0; }
.command p { margin: .5rem 0 0; }
@media (max-width: 42rem) {
  main { margin: 0; padding: 1rem; border-width: .5rem 0 0; }
  dl.facts { grid-template-columns: 1fr; } dl.facts dd { margin-bottom: .3rem; }
  .scroll { overflow-x: auto; } .scroll table { min-width: 34rem; }
}
@page { margin: 14mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt;
  color: #57606a; } }
@media print {
  html { font-size: 11px; } body { background: none; font-size: 1rem; }
  main { margin: 0; max-width: none; border: 0; border-top: .4rem solid var(--tone); padding: 1rem 0 0; }
  tr, li, pre, .verdict, .whole { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;
