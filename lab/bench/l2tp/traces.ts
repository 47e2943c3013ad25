/** What both ends wrote down of a round: which tunnels they hold to be established. */
import { join } from "../../../suites/kit/paths.ts";

/** A tunnel by the identifiers that initiator and endpoint gave it: `INITIATOR/ENDPOINT`. */
export type TunnelName = string;

/** The fields of every line with this event in the trace of one of our peers, in order. */
export async function* traced(
  directory: string,
  node: string,
  event: string,
): AsyncGenerator<Record<string, unknown>> {
  const file = await Deno.readTextFile(join(directory, `${node}.jsonl`));
  const needle = `"event":${JSON.stringify(event)}`;
  for (const line of file.split("\n")) if (line.includes(needle)) yield JSON.parse(line);
}

/** The only line with this event. @throws {Error} When there is none. */
export async function tracedOnce<T>(directory: string, node: string, event: string): Promise<T> {
  for await (const fields of traced(directory, node, event)) return fields as T;
  throw new Error(`"${node}" did not report "${event}"`);
}

/** The tunnels that one of our peers saw come up, doubled ones twice. */
export async function tunnelsOfPeer(
  directory: string,
  node: string,
  role: "initiator" | "endpoint",
): Promise<TunnelName[]> {
  const names: TunnelName[] = [];
  for await (const { tunnel, peer_tunnel } of traced(directory, node, "control_connection_up")) {
    names.push(role === "initiator" ? `${tunnel}/${peer_tunnel}` : `${peer_tunnel}/${tunnel}`);
  }
  return names;
}

/** The tunnels that xl2tpd says in its log to be up. */
export function tunnelsOfXl2tpd(log: string): TunnelName[] {
  const line = /Connection established to [^\n]*?Local: (\d+), Remote: (\d+)/g;
  return [...log.matchAll(line)].map(([, local, remote]) => `${remote}/${local}`);
}

/** What two ends disagree about. */
export interface Disagreement {
  /** Tunnels of the initiator that the endpoint does not have. */
  lost: number;
  /** Tunnels of the endpoint that the initiator does not have, or that it has twice. */
  doubled: number;
}

/** Compares what the two ends hold to be established. */
export function compareTunnels(
  initiator: readonly TunnelName[],
  endpoint: readonly TunnelName[],
): Disagreement {
  const theirs = new Set(endpoint), ours = new Set(initiator);
  return {
    lost: [...ours].filter((name) => !theirs.has(name)).length,
    doubled: endpoint.length - [...theirs].filter((name) => ours.has(name)).length,
  };
}
