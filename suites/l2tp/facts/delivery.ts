/** Sequence numbers and retransmissions of one end (RFC 2661 §5.8). */
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import type { Conversation } from "./conversation.ts";
import type { TunnelName } from "./bench_view.ts";
import { Attribute, type ControlMessage, formatMessage, isAck, number16 } from "./message.ts";

/** The most messages of the device that were outstanding at once on a tunnel. */
export interface Outstanding {
  most: number;
  /** The message that made them so many, and the last acknowledgement before it. */
  last?: ControlMessage;
  before?: ControlMessage;
  /** Messages with a body that the device sent, each once. */
  sent: number;
}

/** Counts what the device had outstanding on a tunnel. */
export function mostOutstanding(c: Conversation, tunnel: TunnelName): Outstanding {
  const { device, tester } = c.tunnel(tunnel);
  const both = [...device, ...tester].sort((x, y) => x.order - y.order);
  const found: Outstanding = { most: 0, sent: 0 };
  let acknowledged = 0, next = 0;
  let acknowledgement: ControlMessage | undefined;
  for (const message of both) {
    if (message.from === c.testerNode) {
      if (isAck(message.nr, acknowledged)) [acknowledged, acknowledgement] = [message.nr, message];
      continue;
    }
    if (message.type === 0 || isAck(next, message.ns)) continue;
    next = (message.ns + 1) & 0xffff;
    const now = (next - acknowledged) & 0xffff;
    if (now > found.most) [found.most, found.last, found.before] = [now, message, acknowledgement];
  }
  return { ...found, sent: next };
}

/** The device's messages of the type and number of the first of a type. */
export function copiesOf(c: Conversation, tunnel: TunnelName, type: number): ControlMessage[] {
  const all = c.got(tunnel, type);
  return all.filter(({ ns }) => ns === all[0].ns);
}

/** Seconds between messages. */
export function intervals(messages: readonly ControlMessage[]): number[] {
  return messages.slice(1).map((m, i) => m.time - messages[i].time);
}

/**
 * Fails when an end's Ns does not begin at zero and grow by one with each message, zero-length bodies
 * aside, which carry the next one. Whoever holds messages back may count them already.
 * @param complete Whether the captures hold everything that was sent: where they may not, a number that
 * is left out says nothing.
 */
export function numbered(end: ConnectionEnd, complete: boolean): PartialVerdict {
  let next = end.begun ? 0 : -1;
  for (const message of end.messages) {
    const { type, ns } = message;
    if (ns < 0) continue;
    if (next < 0) next = ns;
    const ahead = (ns - next) & 0xffff;
    if (ahead !== 0 && ahead < 0x8000 && (type !== 0 || isIdle(end, message, next))) {
      return complete ? wrong(next, message) : inconclusive(
        `no message with Ns ${next} was captured before one with Ns ${ns}`,
      );
    }
    if (type === 0 && ahead >= 0x8000 && isBehind(end, message)) return wrong(next, message);
    if (type !== 0 && ahead === 0) next = (next + 1) & 0xffff;
  }
  return undefined;
}

function wrong(next: number, message: ControlMessage): PartialVerdict {
  const words = message.type === 0 ? `a ZLB with Ns ${next}` : `Ns ${next}`;
  return fail(words, formatMessage(message), frameRefs(message));
}

/**
 * Whether everything that an end had sent was acknowledged to it when it sent a zero-length body, so
 * that it holds nothing back. It had what came up to the message that the body acknowledges; what
 * passed the tap behind that may not have reached it yet.
 */
function isIdle({ peer }: ConnectionEnd, body: ControlMessage, next: number): boolean {
  const last = peer.messages.findLast((m) =>
    m.order < body.order && m.type !== 0 && ((m.ns + 1) & 0xffff) === body.nr
  );
  // A window of 0 holds back everything.
  const closed = peer.messages.some((m) => number16(m, Attribute.window) === 0);
  return last !== undefined && last.nr === next && !closed;
}

/**
 * Whether a zero-length body was sent after a message of the same end that its Ns does not count: it
 * acknowledges what passed the tap behind that message. Any other one may have been overtaken.
 */
function isBehind({ messages, peer }: ConnectionEnd, body: ControlMessage): boolean {
  const cause = peer.messages.find((m) => m.type !== 0 && ((m.ns + 1) & 0xffff) === body.nr);
  return cause !== undefined &&
    messages.some((m) =>
      m.type !== 0 && ((m.ns - body.ns) & 0xffff) < 0x8000 && m.order < cause.order
    );
}
