/** How a sequence diagram looks. */
export const DIAGRAM_STYLE = `
.diagram { --time: 6.4rem; --arrows: clamp(15rem, 42vw, 33rem); margin: .75rem 0;
  border: 1px solid var(--line); border-radius: 6px; background: var(--ground); overflow: clip; }
.diagram ol { list-style: none; margin: 0; padding: 0; }
.diagram li, .diagram .heads { display: grid; align-items: stretch;
  grid-template-columns: var(--time) var(--arrows) minmax(0, 1fr); }
.diagram .heads { border-bottom: 1px solid var(--line); background: var(--raised);
  position: sticky; top: 0; z-index: 1; }
.diagram .heads svg { grid-column: 2; height: 1.6rem; font-size: 13px; font-weight: 600; }
.diagram svg { width: 100%; height: 100%; display: block; overflow: visible; }
.diagram .arrows { position: relative; min-height: 1.9rem; }
.diagram .arrows svg { position: absolute; inset: 0; }
.diagram text { fill: var(--ink); }
.diagram use line, g[id^=life] line { stroke: var(--line); stroke-width: 1.5; }
.diagram line.arrow { stroke: var(--ink); stroke-width: 1.5; }
.diagram line.arrow.named { stroke: var(--fail); stroke-width: 3; }
.diagram circle { fill: var(--quiet); } .diagram circle.named { fill: var(--fail); }
.diagram .missed line.arrow { stroke-dasharray: 5 4; }
.diagram text.lost { fill: var(--fail); font-weight: 700; text-anchor: middle; }
marker.plain path { fill: var(--ink); } marker.named path { fill: var(--fail); }
.diagram .time { color: var(--quiet); font-size: .8rem; text-align: right; padding: .35rem .6rem;
  white-space: nowrap; font-variant-numeric: tabular-nums; }
.diagram .what { padding: .25rem .6rem; font-size: .9rem; overflow-wrap: anywhere;
  align-self: center; }
.diagram li { position: relative; }
.diagram .what a::after { content: ""; position: absolute; inset: 0; }
.diagram .what a { color: var(--ink); text-decoration-color: var(--line); }
.diagram .what a:hover { color: var(--accent); }
.diagram .seen { display: block; color: var(--quiet); font-size: .78rem; line-height: 1.3; }
.diagram .missed .seen { color: var(--fail); }
.diagram li.named { background: color-mix(in srgb, var(--fail) 9%, transparent);
  box-shadow: inset 3px 0 var(--fail); }
.diagram .mark { color: var(--fail); margin-right: .4rem; }
.diagram li:not(.gap):hover { background: color-mix(in srgb, var(--accent) 8%, transparent); }
.diagram li.gap .what { font-size: .82rem; }
.diagram li.gap svg { opacity: .5; }
@media (max-width: 42rem) {
  .diagram { --time: 5.2rem; --arrows: calc(100% - 5.2rem); }
  .diagram li { grid-template-columns: var(--time) var(--arrows); }
  .diagram .what { grid-column: 1 / -1; padding: 0 .6rem .4rem; border-bottom: 1px solid var(--line); }
  .diagram .heads svg { font-size: 11px; } .diagram .time { font-size: .72rem; padding-left: .2rem; }
}
@media print { .diagram { --arrows: 40%; } }
`;
