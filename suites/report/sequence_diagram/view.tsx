/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/**
 * A sequence diagram: nodes as columns, packets as arrows from top to bottom. Each row has an SVG of
 * its own whose coordinates are percentages, so that text wraps and phones have room.
 */
import { rowAnchor } from "../anchor.ts";
import type { ScenarioMaterial, ShownRow } from "../material.ts";
import { duration, moment } from "../plot/axis.ts";
import type { GapRow } from "./rows.ts";

type Shown = NonNullable<ScenarioMaterial["diagram"]>;
type Packet = Exclude<ShownRow, GapRow>;

interface Props {
  columns: readonly string[];
  rows: readonly ShownRow[];
  label: string;
  /** Whether rows are the ones that anchors lead to: one sequence diagram of each scenario is. */
  anchored: boolean;
}

/** Rows around the frames of one failure: enough to see what came before and after. */
export function excerpt(diagram: Shown, anchor: string, around = 2): ShownRow[] {
  const centre = diagram.rows.findIndex((row) => row.anchor === anchor);
  return centre < 0 ? [] : diagram.rows.slice(Math.max(0, centre - around), centre + around + 1);
}

/** Draws rows of a sequence diagram. */
export function DiagramView({ columns, rows, label, anchored }: Props) {
  const life = `life${columns.length}`;
  return (
    <div class="diagram" role="group" aria-label={label}>
      <div class="heads" aria-hidden="true">
        <svg>
          {columns.map((name, i) => (
            <text key={name} x={middle(i, columns.length)} y="16" text-anchor="middle">
              {name}
            </text>
          ))}
        </svg>
      </div>
      <ol>
        {rows.map((row, i) =>
          row.kind === "gap"
            ? <Gap key={i} row={row} life={life} />
            : <Row key={i} row={row} columns={columns} life={life} anchored={anchored} />
        )}
      </ol>
    </div>
  );
}

/** What the sequence diagrams share: lifelines for each number of columns, and arrowheads. */
export function DiagramDefinitions({ widths }: { widths: readonly number[] }) {
  const head = "M0 0L9 4.5L0 9z";
  return (
    <svg class="definitions" aria-hidden="true">
      <defs>
        {["plain", "named"].map((kind) => (
          <marker
            key={kind}
            id={`head-${kind}`}
            class={kind}
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            refX="9"
            refY="4.5"
            orient="auto"
          >
            <path d={head} />
          </marker>
        ))}
        {widths.map((width) => (
          <g key={width} id={`life${width}`}>
            {Array.from(
              { length: width },
              (_, i) => (
                <line key={i} x1={middle(i, width)} x2={middle(i, width)} y1="0" y2="100%" />
              ),
            )}
          </g>
        ))}
      </defs>
    </svg>
  );
}

function Gap({ row, life }: { row: GapRow; life: string }) {
  const where = row.byTap.slice(0, 8).map(([tap, frames]) => `${tap} ${count(frames)}`).join(", ");
  return (
    <li class="gap">
      <span class="time" />
      <span class="arrows">
        <svg aria-hidden="true">
          <use href={`#${life}`} />
        </svg>
      </span>
      <span class="what quiet">… {count(row.skipped)} more frames ({where})</span>
    </li>
  );
}

interface RowProps {
  row: Packet;
  columns: readonly string[];
  life: string;
  anchored: boolean;
}

function Row({ row, columns, life, anchored }: RowProps) {
  const { from, to, sightings, named, anchor, brief, missedAt } = row;
  const who = from < 0 || to < 0 ? "" : `${columns[from]} to ${columns[to]}: `;
  const kind = named ? "named" : "plain";
  return (
    <li
      class={`${kind}${missedAt.length > 0 ? " missed" : ""}`}
      id={anchored && anchor !== undefined ? rowAnchor(anchor) : undefined}
    >
      <span class="time">{moment(sightings[0].at)}</span>
      <span class="arrows">
        <svg aria-hidden="true">
          <use href={`#${life}`} />
          <Arrow from={from} to={to} of={columns.length} kind={kind} missed={missedAt.length > 0} />
        </svg>
      </span>
      <span class="what">
        {named ? <b class="mark">✗ proof</b> : null}
        <span class="sr">{who}</span>
        {anchor === undefined ? brief : <a href={`#${anchor}`}>{brief}</a>}
        <small class="seen">
          {seenText(row)}
          {missedAt.length === 0 ? "" : `; ✗ not seen at ${missedAt.join(", ")}`}
        </small>
      </span>
    </li>
  );
}

/** `wan-s0 #7, wan-r0 #9 +20 µs`: where a packet was seen, and how much later. */
function seenText({ sightings }: Packet): string {
  const [first] = sightings;
  return sightings.map(({ tap, number, at }) => {
    const later = at > first.at ? ` +${duration(at - first.at)}` : "";
    return `${tap} #${number}${later}`;
  }).join(", ");
}

interface ArrowProps {
  from: number;
  to: number;
  of: number;
  kind: string;
  missed: boolean;
}

function Arrow({ from, to, of, kind, missed }: ArrowProps) {
  if (from < 0 && to < 0) return null;
  if (from < 0 || to < 0 || from === to) {
    return <circle class={kind} cx={middle(Math.max(from, to), of)} cy="50%" r="4" />;
  }
  // What is not known to have arrived ends on the way.
  const end = missed ? from + (to - from) * 0.8 : to;
  return (
    <>
      <line
        class={`arrow ${kind}`}
        x1={middle(from, of)}
        x2={middle(end, of)}
        y1="50%"
        y2="50%"
        marker-end={missed ? undefined : `url(#head-${kind})`}
      />
      {missed ? <text class="lost" x={middle(end, of)} y="50%" dy="5">✗</text> : null}
    </>
  );
}

function middle(column: number, of: number): string {
  return `${Math.round((column + 0.5) / of * 1000) / 10}%`;
}

function count(number: number): string {
  return number.toLocaleString("en");
}
