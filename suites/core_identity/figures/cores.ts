/** Which core worked on which session, and when: from the traces, with bounded state. */
import type { TraceRecord } from "../../../peers/machine.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import { figure, type Lanes } from "../../kit/figure.ts";

/** Sessions and spans that are drawn; a picture of more shows less. */
const MOST_SESSIONS = 16;
const MOST_SPANS = 60;

type Lane = Lanes["lanes"][number];

/** What the plots of cores are drawn from. */
interface CoreTimes {
  lanes: Map<string, Lane>;
  /** Sessions beyond those of `lanes`, and changes of core beyond those of their spans. */
  moreSessions: boolean;
  moreSpans: number;
  /** Packets by node and core. */
  load: Map<string, number>;
}

const coreTimes: FactCollector<CoreTimes> = {
  name: "core_identity/figures/cores",
  begin: () => new CoreCollector(),
};

class CoreCollector extends Collector<CoreTimes> {
  readonly #facts: CoreTimes = {
    lanes: new Map(),
    moreSessions: false,
    moreSpans: 0,
    load: new Map(),
  };
  #base = NaN;

  override trace({ t, node, event, core, session }: TraceRecord) {
    if (event !== "process" || typeof core !== "number") return;
    const { load } = this.#facts;
    const key = `${node} core ${core}`;
    if (load.has(key) || load.size < 1000) load.set(key, (load.get(key) ?? 0) + 1);
    if (typeof session !== "string" || session === "") return;
    if (Number.isNaN(this.#base)) this.#base = t;
    this.#span(session, String(core), (t - this.#base) / 1e9);
  }

  facts(): CoreTimes {
    return this.#facts;
  }

  #span(session: string, value: string, at: number) {
    const facts = this.#facts;
    let lane = facts.lanes.get(session);
    if (lane === undefined) {
      if (facts.lanes.size >= MOST_SESSIONS) {
        facts.moreSessions = true;
        return;
      }
      facts.lanes.set(session, lane = { label: named(session), spans: [] });
    }
    const last = lane.spans.at(-1);
    if (last?.value === value) last.to = Math.max(last.to, at);
    else if (lane.spans.length < MOST_SPANS) lane.spans.push({ from: at, to: at, value });
    else facts.moreSpans++;
  }
}

/** A session as traces name it, with the word for its protocol number. */
function named(session: string): string {
  return session.replace(
    /^(1|6|17) /,
    (_, n) => `${{ 1: "ICMP", 6: "TCP", 17: "UDP" }[Number(n)]} `,
  );
}

/** The plots of cores. */
export const CORE_FIGURES = [
  figure({
    id: "core_identity/core_by_time",
    title: "Core that worked on each session, by time (from the trace)",
    needs: { cores: coreTimes },
    draw({ cores }) {
      const lanes = [...cores.lanes.values()];
      if (lanes.length === 0) return undefined;
      const notes = [
        cores.moreSessions ? `Only the first ${MOST_SESSIONS} sessions are shown.` : "",
        cores.moreSpans > 0 ? `${cores.moreSpans} packets came after too many changes.` : "",
      ].filter(Boolean);
      return {
        plot: { kind: "lanes", unit: "core", lanes },
        ...(notes.length === 0 ? {} : { note: notes.join(" ") }),
      };
    },
  }),
  figure({
    id: "core_identity/load",
    title: "Load of each core (from the trace)",
    needs: { cores: coreTimes },
    draw({ cores }) {
      if (cores.load.size === 0) return undefined;
      const bars = [...cores.load].map(([label, value]) => ({ label, value }))
        .sort((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }));
      return { plot: { kind: "bars", unit: "packets", bars: bars.slice(0, 64) } };
    },
  }),
];
