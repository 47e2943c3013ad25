import { DIAGRAM_STYLE } from "./style_diagram.ts";
import { PACKET_STYLE } from "./style_packet.ts";

/** What holds everywhere: colours, light and dark, text, tables, and paper. */
const BASE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfbf9, #121518);
  --raised: light-dark(#ffffff, #1b1f24);
  --ink: light-dark(#1b1f23, #e6e8ea);
  --quiet: light-dark(#57606a, #a0a8b0);
  --line: light-dark(#d8dbde, #343b42);
  --accent: light-dark(#0b57d0, #8ab4f8);
  --mark: light-dark(#ffe58a, #6b5300);
  --pass: light-dark(#116329, #6fdc8c);
  --fail: light-dark(#b3261e, #ff9d94);
  --inconclusive: light-dark(#7a4d00, #ffca70);
  --not_applicable: var(--quiet);
  --error: light-dark(#7b1fa2, #e3a6ff);
  --c0: light-dark(#1f5fb4, #6ea8fe); --c1: light-dark(#a84300, #ff9d5c);
  --c2: light-dark(#187a3f, #63d297); --c3: light-dark(#7d3fb0, #c99bf5);
  --c4: light-dark(#8a6d00, #e3c14b); --c5: light-dark(#b02a6a, #ff8fc0);
  --c6: light-dark(#0b7285, #5fd0e0); --c7: light-dark(#5f5f5f, #b8b8b8);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, header.top, footer { max-width: 76rem; margin: 0 auto; padding: .5rem 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h1 .device { color: var(--ink); font-weight: 500; unicode-bidi: isolate; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem;
  border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: .25rem 0; }
p { margin: .35rem 0; }
main a, summary code { overflow-wrap: anywhere; }
code, pre, kbd { font: .84rem/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
kbd { border: 1px solid var(--line); border-radius: 3px; padding: 0 .3em; }
pre { overflow-x: auto; background: var(--ground); border: 1px solid var(--line);
  border-radius: 4px; padding: .5rem .75rem; margin: .25rem 0; white-space: pre; }
a { color: var(--accent); text-underline-offset: 2px; }
td, th, dd, li, code, pre, text, .what, summary { unicode-bidi: isolate; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.quiet { color: var(--quiet); } .small { font-size: .85rem; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
.problem { color: var(--fail); }
.bare { list-style: none; margin: 0; padding: 0; }
.pass { --tone: var(--pass); } .fail { --tone: var(--fail); }
.inconclusive { --tone: var(--inconclusive); } .error { --tone: var(--error); }
.not_applicable { --tone: var(--not_applicable); }
.verdict { color: var(--tone); font-weight: 600; white-space: nowrap; }
h1 .verdict, p > .verdict { white-space: normal; }
.counts { display: inline-flex; gap: .5rem; font-size: .9rem; }
[hidden] { display: none !important; }
.definitions { position: absolute; width: 0; height: 0; }
.banner { display: flex; gap: 1rem; align-items: center; background: var(--raised);
  border: 1px solid var(--line); border-left: .5rem solid var(--tone); border-radius: 6px;
  padding: 1rem 1.25rem; }
.banner .sign { font-size: 2.2rem; font-weight: 700; line-height: 1; width: 3.4rem; height: 3.4rem;
  display: grid; place-items: center; border-radius: 50%; flex: none;
  color: var(--raised); background: var(--tone); }
header.top nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: .75rem 0 0; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dl.facts dt { color: var(--quiet); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.overview { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 2.5rem;
  align-items: start; margin-top: .5rem; }
.totals table { width: auto; } .totals td, .totals th { text-align: right; }
.totals th[scope=row] { text-align: left; white-space: nowrap; }
.totals td.bar { width: 9rem; } svg.share { width: 8rem; margin-top: .3rem; height: .8rem; display: block; }
svg.share rect { fill: var(--tone); stroke: var(--ground); stroke-width: 1px; }
.failure { background: var(--raised); border: 1px solid var(--line);
  border-left: .3rem solid var(--tone); border-radius: 6px; padding: .75rem 1rem; margin: 1rem 0; }
.finding { font-size: .85rem; font-weight: 500; border: 1px solid var(--line); border-radius: 3px;
  padding: 0 .4em; color: var(--quiet); white-space: nowrap; }
.finding.new { color: var(--fail); border-color: var(--fail); }
.asked { border-left: 3px solid var(--line); padding-left: .75rem; }
dl.compare { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem;
  margin: .75rem 0; font-size: 1.05rem; }
dl.compare dt { color: var(--quiet); }
dl.compare dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
a.proof { font-weight: 600; }
.scroll { overflow-x: auto; max-width: 100%; position: relative; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
caption { text-align: left; color: var(--quiet); padding: .25rem .6rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; } thead th { white-space: nowrap; } tbody th { font-weight: 400; }
.matrix thead th { position: sticky; top: 0; background: var(--ground); z-index: 1; }
.matrix { max-height: 80vh; overflow: auto; border: 1px solid var(--line); border-radius: 6px;
  background: var(--raised); }
.matrix .class { text-align: center; white-space: nowrap; }
.matrix .id, .matrix td:nth-child(2) { white-space: nowrap; }
.matrix td.text { min-width: 20rem; }
td.class.pass, td.class.fail, td.class.inconclusive, td.class.error {
  background: color-mix(in srgb, var(--tone) 12%, transparent); }
.story { min-width: 40rem; }
.story td:nth-child(-n+4) { white-space: nowrap; }
tr:target, .diagram li:target { background: var(--mark); }
summary { cursor: pointer; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center;
  margin: .5rem 0; }
.filter fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap;
  gap: .25rem .9rem; }
.filter input[type=search] { font: inherit; padding: .35rem .6rem; width: 16rem; max-width: 60vw;
  border: 1px solid var(--quiet); border-radius: 4px; background: var(--raised); color: inherit; }
.filter output { color: var(--quiet); }
details.scenario { border: 1px solid var(--line); border-left: .3rem solid var(--tone, var(--line));
  border-radius: 6px; background: var(--raised); padding: .5rem .9rem; margin: .5rem 0; }
details.scenario > summary { display: list-item; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(32rem, 100%), 1fr));
  gap: 1rem; margin: 1rem 0; }
figure.plot { margin: 0; border: 1px solid var(--line); border-radius: 6px; padding: .6rem .75rem;
  min-width: 0; }
.plot p { font-size: .85rem; }
figcaption { font-weight: 600; margin-bottom: .4rem; }
.plot svg { display: block; width: 100%; min-width: 34rem; font-size: 12px; }
.plot text { fill: var(--ink); } .plot text.quiet { fill: var(--quiet); }
.plot .grid { stroke: var(--line); } .plot rect { fill: var(--c); }
.plot text.within { fill: var(--raised); font-weight: 600; font-size: 11px; }
.plot polyline { fill: none; } .plot [class^=s] { stroke: var(--c); stroke-width: 1.6;
  fill: none; } .plot [class^=s] text { stroke: none; }
${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => `.c${i}, .s${i} { --c: var(--c${i}); }`).join(" ")}
.s1 { stroke-dasharray: 7 3; } .s2 { stroke-dasharray: 2 2; } .s3 { stroke-dasharray: 9 2 2 2; }
.s4 { stroke-dasharray: 4 4; } .s5 { stroke-dasharray: 12 4; } .s6 { stroke-dasharray: 1 3; }
.command { position: relative; margin: .5rem 0; }
.command button { position: absolute; right: .4rem; bottom: .4rem; font: inherit;
  font-size: .8rem; padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 4px;
  background: var(--raised); color: var(--ink); cursor: pointer; }
.command pre { padding-right: 5.5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.command code span { display: inline-block; max-width: 100%; }
.command p { margin: 0; font-size: .85rem; }
footer { margin-top: 3rem; font-size: .9rem; }
@media (max-width: 42rem) {
  main, header.top, footer { padding: .5rem .75rem; }
  dl.compare { grid-template-columns: 1fr; gap: 0; } dl.compare dd { margin-bottom: .4rem; }
  dl.facts { grid-template-columns: 6.2rem 1fr; font-size: .92rem; }
  h1 { font-size: 1.35rem; } .banner .sign { width: 2.4rem; height: 2.4rem; font-size: 1.4rem; }
  .matrix { max-height: none; }
  .totals td.bar { display: none; }
  .overview { grid-template-columns: minmax(0, 1fr); }
}
@media print {
  :root { color-scheme: light; }
  html { font-size: 11px; } body { font-size: 1rem; background: none; }
  .filter, nav, .command button, footer .keys { display: none !important; }
  .matrix { max-height: none; overflow: visible; border: 0; }
  .failure, tr, figure, .diagram li { break-inside: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  a { color: inherit; }
  tr[data-verdict=not_applicable] { display: none; }
}
`;

/** Style sheet of the report. */
export const STYLE = BASE + DIAGRAM_STYLE + PACKET_STYLE;
