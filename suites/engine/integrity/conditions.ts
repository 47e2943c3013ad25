/** What a segment was like while a scenario ran, by what the evidence says of its links and hosts. */
import type { Evidence } from "../../kit/evidence.ts";
import type { Impairment } from "../../kit/topology.ts";
import type { Segment } from "./segments.ts";

/** What may become of packets within a segment. */
export interface Conditions {
  /** Datagrams and frames that hosts without a tap were told to send as they are, from any address. */
  crafted: number;
  /** Frames that its links counted as lost; Infinity where one that may lose kept no count. */
  lost: number;
  /** Milliseconds that a packet may take across it at most; Infinity where a rate bounds a link. */
  delay: number;
}

/** The conditions of a segment. */
export function conditionsOf(evidence: Evidence, { links, hosts }: Segment): Conditions {
  const { topology, stimuli, linkCounters } = evidence;
  const conditions: Conditions = { crafted: 0, lost: 0, delay: 0 };
  for (const { name, impairment } of topology?.links ?? []) {
    if (!links.includes(name)) continue;
    const changes = stimuli.filter((stimulus) => stimulus.kind === "link" && stimulus.name === name)
      .map((stimulus) => Object(stimulus.impairment) as Impairment);
    const all = [impairment ?? {}, ...changes];
    conditions.delay += Math.max(...all.map(longest));
    const mayLose = all.some(({ loss = 0, up = true }) => loss > 0 || !up);
    conditions.lost += linkCounters[name]?.lost ?? (mayLose ? Infinity : 0);
  }
  for (const { kind, from, count } of stimuli) {
    const isUnseen = isCrafted(kind) && hosts.some((host) => host === from);
    if (isUnseen && typeof count === "number") conditions.crafted += count;
  }
  return conditions;
}

/** Whether stimuli of a kind are packets that somebody made: they may come from any address. */
export const isCrafted = (kind: string) => kind === "datagrams" || kind === "frames";

const longest = ({ rate, delay = 0, jitter = 0 }: Impairment) =>
  rate === undefined ? delay + jitter : Infinity;
