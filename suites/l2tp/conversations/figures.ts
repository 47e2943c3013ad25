/** Figures of what captures show: the numbers of a control connection, and calls by time. */
import type { NamedDrawing } from "../../kit/figure.ts";
import { several } from "../../kit/narration.ts";
import type { ConnectionEnd } from "../facts/control_connection.ts";
import { nameOf } from "./call_story.ts";
import type { Tunnel } from "./tunnel.ts";

/** Points of a line, whatever the capture holds. */
const POINTS = 120;
/** Messages from which on a figure says more than the list of them. */
const FEW = 6;

type Point = [number, number];

/** Ns and Nr of both ends by time; undefined where there is too little to draw. */
export function numbersByTime(tunnel: Tunnel): NamedDrawing | undefined {
  const { connection, began, ended } = tunnel;
  const all = connection.ends.reduce((sum, { messages }) => sum + messages.length, 0);
  if (all < FEW || !(ended > began)) return undefined;
  const series = connection.ends.flatMap((end) => seriesOf(end, tunnel));
  const texts = series.map(({ label, points }) =>
    `${label} grows by ${points[points.length - 1][1]}`
  );
  const isWhole = connection.request !== undefined;
  return {
    title: "Ns and Nr by time",
    plot: { kind: "lines", unit: isWhole ? "number" : "number, less the first", series },
    note:
      `${texts.join(", ")}. An Nr that stays behind the other end's Ns is a message that was not ` +
      "acknowledged.",
  };
}

function seriesOf(end: ConnectionEnd, tunnel: Tunnel): { label: string; points: Point[] }[] {
  const ns: Point[] = [], nr: Point[] = [], { began } = tunnel;
  // Numbers wrap at 65536; a retransmission goes back.
  const follow = (points: Point[], value: number, first: number) => {
    const last = points.length === 0 ? 0 : points[points.length - 1][1];
    return last + ((value - first - last) << 16 >> 16);
  };
  const [first] = end.messages;
  if (first === undefined) return [];
  const base = tunnel.connection.request === undefined ? first : { ns: 0, nr: 0 };
  for (const message of end.messages) {
    const at = message.time - began;
    if (message.type !== 0) ns.push([at, follow(ns, message.ns, base.ns)]);
    nr.push([at, follow(nr, message.nr, base.nr)]);
  }
  const name = nameOf(end, tunnel);
  return [{ label: `${name} Ns`, points: thinned(ns) }, {
    label: `${name} Nr`,
    points: thinned(nr),
  }]
    .filter(({ points }) => points.length > 0);
}

/** Steps through some of many points, the first and the last among them. */
function thinned(points: readonly Point[]): Point[] {
  const some = points.length <= POINTS ? points : Array.from(
    { length: POINTS },
    (_, i) => points[Math.round(i * (points.length - 1) / (POINTS - 1))],
  );
  // A number holds until the next is sent.
  return some.flatMap(([at, value], i): Point[] =>
    i === 0 ? [[at, value]] : [[at, some[i - 1][1]], [at, value]]
  );
}

/** Counts tunnels and calls that are up by time, of one place of capture. */
export class Census {
  /** Seconds since 1970 at which one came up, and went down; unordered. */
  readonly #tunnels: Changes = { up: [], down: [] };
  readonly #calls: Changes = { up: [], down: [] };

  /** Counts a tunnel and its calls. */
  add({ connection, confirm, stop, silent, calls, began }: Tunnel): void {
    const up = connection.request === undefined ? began : confirm?.copies[0].time;
    if (up === undefined) return;
    const end = stop?.copies[0].time ?? silent?.since;
    this.#tunnels.up.push(up);
    if (end !== undefined) this.#tunnels.down.push(end);
    for (const { connect, clear, request, sendings } of calls) {
      const from = connect?.copies[0].time ??
        (request === undefined ? sendings[0].copies[0].time : undefined);
      if (from === undefined) continue;
      this.#calls.up.push(from);
      const to = clear?.copies[0].time ?? end;
      if (to !== undefined) this.#calls.down.push(to);
    }
  }

  /** Tunnels and calls by time; undefined where there are few. @param until Seconds since 1970 of the last frame. */
  drawing(until: number): NamedDrawing | undefined {
    const tunnels = this.#tunnels, calls = this.#calls;
    if (calls.up.length < 2 && tunnels.up.length < 2) return undefined;
    const began = [tunnels, calls].reduce(
      (first, { up }) => up.reduce((a, b) => Math.min(a, b), first),
      Infinity,
    );
    if (!(until > began)) return undefined;
    const lines = [{ label: "tunnels up", changes: tunnels }, {
      label: "calls up",
      changes: calls,
    }];
    return {
      title: "Tunnels and calls by time",
      plot: {
        kind: "lines",
        unit: "up at a time",
        series: lines.filter(({ changes: { up } }) => up.length > 0)
          .map(({ label, changes }) => ({ label, points: countsOf(changes, began, until) })),
      },
      note:
        `${several(tunnels.up.length, "tunnel")} and ${
          several(calls.up.length, "call")
        } came up, ` +
        "or were up before; " +
        `${tunnels.down.length} and ${calls.down.length} ended within the captures.`,
    };
  }
}

/** When some came, and when some went. */
interface Changes {
  up: number[];
  down: number[];
}

/** How many there are at evenly spaced moments, and just before and after few changes. */
function countsOf({ up, down }: Changes, began: number, until: number): Point[] {
  const changes = Float64Array.from([...up, ...down]).sort();
  const rising = Float64Array.from(up).sort(), falling = Float64Array.from(down).sort();
  const moments = changes.length <= POINTS
    ? [...changes].flatMap((time) => [time - 1e-6, time])
    : Array.from({ length: 2 * POINTS }, (_, i) => began + (until - began) * i / (2 * POINTS - 1));
  let r = 0, f = 0;
  return [...moments.filter((time) => time >= began), until].map((time): Point => {
    while (r < rising.length && rising[r] <= time) r++;
    while (f < falling.length && falling[f] <= time) f++;
    return [time - began, r - f];
  });
}
