/** How the datagrams of a role are sent (RFC 2661 §8.1). */
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import type { Conduct } from "./control_facts.ts";
import type { DataFlow } from "./data.ts";
import { formatMessage } from "./message.ts";

/**
 * Fails where a datagram has no UDP checksum, unless it was captured before there were any. A device
 * may have an option to do without those of data: its profile tells that it is set.
 */
export function judgeChecksums(
  { messages, flows, parameters, isDeclared }: Conduct,
): PartialVerdict {
  const bare = messages.find((message) => message.bare);
  const flow = parameters.data_checksums === false
    ? undefined
    : flows.find(({ withoutChecksum }) => withoutChecksum > 0);
  return gravest(
    bare && fail("a UDP checksum", `${formatMessage(bare)} without one`, frameRefs(bare)),
    flow && bareData(flow, isDeclared),
  );
}

/** Data without checksums: nobody knows of captures that come without a profile what was set. */
function bareData(
  { withoutChecksum, packets, bare }: DataFlow,
  isDeclared: boolean,
): PartialVerdict {
  const actual = `${withoutChecksum} of ${packets} data messages without one`;
  return isDeclared
    ? fail("UDP checksums of data", actual, frameRefs(bare))
    : inconclusive(`${actual}: §8.1 lets a device have an option for that, which a profile tells`);
}

/** Seconds of silence in which a NAT may forget a binding. */
const FORGOTTEN = 10;

/**
 * Fails where control and data messages of a tunnel come from more than one address and port. In
 * captures alone a port that is another one after a silence may be the doing of a NAT.
 */
export function judgeSources({ ends, flowsOf, rolesAreGiven }: Conduct): PartialVerdict {
  const moving = ends.filter((end) => moves(end, flowsOf(end)));
  return gravest(...moving.map((end) => {
    const sent = flowsOf(end);
    return (rolesAreGiven ? undefined : rebinding(end, sent)) ?? judgeSource(end, sent);
  }));
}

/** Whether not all that an end sends comes from one address and port. */
function moves({ messages }: ConnectionEnd, flows: readonly DataFlow[]): boolean {
  const [{ source, sourcePort }] = messages;
  const isElsewhere = (sender: { source: string; sourcePort: number }) =>
    sender.sourcePort !== sourcePort || sender.source !== source;
  return messages.some(isElsewhere) || flows.some(isElsewhere);
}

/** Inconclusive where all that an end sends comes from another port from some moment on. */
function rebinding(end: ConnectionEnd, flows: readonly DataFlow[]): PartialVerdict {
  const uses = new Map<string, { port: number; first: number; last: number }>();
  const use = (source: string, port: number, first: number, last: number) => {
    const known = uses.get(`${source} ${port}`);
    if (known === undefined) uses.set(`${source} ${port}`, { port, first, last });
    else {
      known.first = Math.min(known.first, first);
      known.last = Math.max(known.last, last);
    }
  };
  for (const { source, sourcePort, time } of end.messages) use(source, sourcePort, time, time);
  for (const flow of flows) use(flow.source, flow.sourcePort, flow.firstTime, flow.lastTime);
  const inTurn = [...uses.values()].sort((a, b) => a.first - b.first);
  const addresses = new Set([...uses.keys()].map((key) => key.split(" ")[0]));
  const isInTurn = inTurn.every(({ first }, i) =>
    i === 0 || first - inTurn[i - 1].last >= FORGOTTEN
  );
  if (inTurn.length < 2 || addresses.size > 1 || !isInTurn) return undefined;
  const [before, after] = inTurn;
  return inconclusive(
    `its port is ${after.port} where it was ${before.port} before a silence of ${
      Math.round(after.first - before.last)
    } s: a NAT that forgets a binding does that`,
  );
}

function judgeSource(
  { messages: [first, ...rest] }: ConnectionEnd,
  flows: readonly DataFlow[],
): PartialVerdict {
  const moved = (sender: { source: string; sourcePort: number }) =>
    sender.source !== first.source || sender.sourcePort !== first.sourcePort;
  const message = rest.find(moved), flow = flows.find(moved), other = message ?? flow;
  return other && fail(
    `${first.source}:${first.sourcePort}`,
    `${other.source}:${other.sourcePort}`,
    frameRefs(first, message, flow?.first),
  );
}
