/** How a message ladder looks. */
export const LADDER_STYLE = `
.ladder { --time: 6.4rem; --arrows: clamp(15rem, 42vw, 33rem); margin: .75rem 0;
  border: 1px solid var(--line); border-radius: 6px; background: var(--ground); overflow: clip; }
.ladder ol { list-style: none; margin: 0; padding: 0; }
.ladder li, .ladder .heads { display: grid; align-items: stretch;
  grid-template-columns: var(--time) var(--arrows) minmax(0, 1fr); }
.ladder .heads { border-bottom: 1px solid var(--line); background: var(--raised);
  position: sticky; top: 0; z-index: 1; }
.ladder .heads svg { grid-column: 2; height: 1.6rem; font-size: 13px; font-weight: 600; }
.ladder svg { width: 100%; height: 100%; display: block; overflow: visible; }
.ladder .arrows { position: relative; min-height: 1.9rem; }
.ladder .arrows svg { position: absolute; inset: 0; }
.ladder text { fill: var(--ink); }
.ladder use line, g[id^=life] line { stroke: var(--line); stroke-width: 1.5; }
.ladder line.arrow { stroke: var(--ink); stroke-width: 1.5; }
.ladder line.arrow.named { stroke: var(--fail); stroke-width: 3; }
.ladder circle { fill: var(--quiet); } .ladder circle.named { fill: var(--fail); }
.ladder .missed line.arrow { stroke-dasharray: 5 4; }
.ladder text.lost { fill: var(--fail); font-weight: 700; text-anchor: middle; }
marker.plain path { fill: var(--ink); } marker.named path { fill: var(--fail); }
.ladder .time { color: var(--quiet); font-size: .8rem; text-align: right; padding: .35rem .6rem;
  white-space: nowrap; font-variant-numeric: tabular-nums; }
.ladder .what { padding: .25rem .6rem; font-size: .9rem; overflow-wrap: anywhere;
  align-self: center; }
.ladder li { position: relative; }
.ladder .what a::after { content: ""; position: absolute; inset: 0; }
.ladder .what a { color: var(--ink); text-decoration-color: var(--line); }
.ladder .what a:hover { color: var(--accent); }
.ladder .seen { display: block; color: var(--quiet); font-size: .78rem; line-height: 1.3; }
.ladder .missed .seen { color: var(--fail); }
.ladder li.named { background: color-mix(in srgb, var(--fail) 9%, transparent);
  box-shadow: inset 3px 0 var(--fail); }
.ladder .mark { color: var(--fail); margin-right: .4rem; }
.ladder li:not(.gap):hover { background: color-mix(in srgb, var(--accent) 8%, transparent); }
.ladder li.gap .what { font-size: .82rem; }
.ladder li.gap svg { opacity: .5; }
@media (max-width: 42rem) {
  .ladder { --time: 5.2rem; --arrows: calc(100% - 5.2rem); }
  .ladder li { grid-template-columns: var(--time) var(--arrows); }
  .ladder .what { grid-column: 1 / -1; padding: 0 .6rem .4rem; border-bottom: 1px solid var(--line); }
  .ladder .heads svg { font-size: 11px; } .ladder .time { font-size: .72rem; padding-left: .2rem; }
}
@media print { .ladder { --arrows: 40%; } }
`;
