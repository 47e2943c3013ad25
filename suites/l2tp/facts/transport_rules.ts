/** How the datagrams of a role are sent (RFC 2661 §8.1). */
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, type PartialVerdict } from "../../kit/verdict.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import { type Conduct, flowsByEnd } from "./control_facts.ts";
import type { DataFlow } from "./data.ts";
import { formatMessage } from "./message.ts";

/**
 * Fails where a datagram has no UDP checksum, unless it was captured before there were any. A device
 * may have an option to do without those of data: its profile tells that it is set.
 */
export function judgeChecksums({ messages, flows, parameters }: Conduct): PartialVerdict {
  const bare = messages.find(({ checksum, offloaded }) => checksum === 0 && !offloaded);
  const flow = parameters.data_checksums === false
    ? undefined
    : flows.find(({ withoutChecksum }) => withoutChecksum > 0);
  return gravest(
    bare && fail("a UDP checksum", `${formatMessage(bare)} without one`, frameRefs(bare)),
    flow && fail(
      "UDP checksums of data",
      `${flow.withoutChecksum} of ${flow.packets} data messages without one`,
      frameRefs(flow.bare),
    ),
  );
}

/** Fails where control and data messages of a tunnel come from more than one address and port. */
export function judgeSources({ ends, flows }: Conduct): PartialVerdict {
  const byEnd = flowsByEnd(ends, flows);
  return gravest(...ends.map((end) => judgeSource(end, byEnd.get(end) ?? [])));
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
