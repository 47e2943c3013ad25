/** Holds the captures of hosts' links against what the hosts did by the stimulus log. */
import type { Evidence, StimulusRecord } from "../../kit/evidence.ts";
import { isCrafted } from "./conditions.ts";
import type { Damage } from "./damage.ts";

/** Stamped datagrams that a capture of a host's link shows. */
export interface HostCounts {
  host: string;
  tap: string;
  fromHost: number;
  toHost: number;
  /** The first frame of the host whose payload is not as it was stamped; 0 for none. */
  altered: number;
}

/** What captures of hosts' links lack of the stimuli, or have beyond them. */
export function stimulusDamage(evidence: Evidence, counts: readonly HostCounts[]): Damage[] {
  const { stimuli, captureCounters, problem } = evidence;
  // A scenario that broke off has not written down what it was doing.
  if (problem !== undefined) return [];
  const found: Damage[] = [];
  for (const { host, tap, fromHost, altered } of counts) {
    const sent = sentBy(host, stimuli), crafted = craftedBy(host, stimuli);
    const concerns = { taps: [tap] };
    const isBound = captureCounters[tap]?.crc32 !== undefined;
    if (altered > 0 && crafted === 0) {
      const what = `frame ${altered} of capture ${tap} is not as ${host} sent it`;
      found.push({ kind: "changed", what, concerns });
    } else if (fromHost > sent + crafted) {
      const what = `capture ${tap} shows ${fromHost} datagrams of ${host}, which sent ${sent}`;
      found.push({ kind: isBound ? "damaged" : "changed", what, concerns });
    } else if (fromHost < sent && !isBound) {
      // In a capture that is as it was written, what a busy kernel dropped was never on the wire.
      const what = `capture ${tap} shows ${fromHost} of the ${sent} datagrams that ${host} sent`;
      found.push({ kind: "damaged", what, concerns });
    }
  }
  return [...found, ...missingReceipts(stimuli, counts)];
}

/** Datagrams that hosts received and that the captures of their links do not show. */
function missingReceipts(
  stimuli: readonly StimulusRecord[],
  counts: readonly HostCounts[],
): Damage[] {
  const receivers = new Set(
    udp(stimuli).flatMap(({ flows }) => flowsOf(flows).map(({ to }) => to)),
  );
  const ends = counts.filter(({ host }) => receivers.has(host));
  const isWhole = [...receivers].every((host) => ends.some((end) => end.host === host));
  // A host counts what comes while a stimulus lasts: of two at a time, that of both.
  if (overlap(stimuli)) return [];
  const received = udp(stimuli).reduce((sum, stimulus) => sum + number(stimulus.received), 0);
  const shown = ends.reduce((sum, { toHost }) => sum + toHost, 0);
  if (!isWhole || shown >= received) return [];
  return [{
    kind: "changed",
    what: `the captures show ${shown} of the ${received} datagrams that hosts received`,
    concerns: { taps: ends.map(({ tap }) => tap) },
  }];
}

/** Whether a stimulus began before another one can have ended. */
function overlap(stimuli: readonly StimulusRecord[]): boolean {
  const all = udp(stimuli).toSorted((a, b) => a.at - b.at);
  return all.some(({ at, flows, count, interval }, i) => {
    const least = flowsOf(flows).length * number(count) * number(interval);
    return i + 1 < all.length && all[i + 1].at < at + Math.max(1, least);
  });
}

const udp = (stimuli: readonly StimulusRecord[]) => stimuli.filter(({ kind }) => kind === "udp");

function sentBy(host: string, stimuli: readonly StimulusRecord[]): number {
  return udp(stimuli).reduce(
    (sum, { flows, count }) =>
      sum + flowsOf(flows).filter(({ from }) => from === host).length * number(count),
    0,
  );
}

function craftedBy(host: string, stimuli: readonly StimulusRecord[]): number {
  return stimuli.filter(({ kind, from }) => isCrafted(kind) && from === host)
    .reduce((sum, { count }) => sum + number(count), 0);
}

/** A record may say anything. */
function flowsOf(flows: unknown): { from?: unknown; to?: unknown }[] {
  return Array.isArray(flows) ? flows.map(Object) : [];
}

const number = (value: unknown) => typeof value === "number" && value > 0 ? value : 0;
