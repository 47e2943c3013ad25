/** Judgements of reliable delivery (RFC 2661 §5.8), for either role. */
import { judgeLimit } from "../../kit/lateness.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { ControlMessage } from "../facts/wire.ts";
import type { Conversations, Step, TunnelName } from "./conversation.ts";
import { isAck, refs, told } from "./messages.ts";
import { fail, inconclusive } from "../../kit/verdict.ts";

const { StopCCN } = MessageType;

/**
 * The most messages of the device that are outstanding at once: how many, the message that makes them so
 * many, and the last acknowledgement before it.
 */
function mostOutstanding(c: Conversations, tunnel: TunnelName) {
  const view = c.tunnel(tunnel);
  const both = [...view.device, ...view.tester].sort((x, y) =>
    x.time - y.time || x.frame.number - y.frame.number
  );
  let acknowledged = 0, next = 0, most = 0;
  let told: ControlMessage | undefined, last: ControlMessage | undefined;
  let before: ControlMessage | undefined;
  for (const message of both) {
    if (message.from === view.tester[0]?.from) {
      if (isAck(message.nr, acknowledged)) [acknowledged, told] = [message.nr, message];
      continue;
    }
    if (message.type === 0 || isAck(next, message.ns)) continue;
    next = (message.ns + 1) & 0xffff;
    const now = (next - acknowledged) & 0xffff;
    if (now > most) [most, last, before] = [now, message, told];
  }
  return { most, last, before, sent: next };
}

const SILENT = "the device sent no message with a body on the tunnel";

/** Fails when more than `window` messages of the device are outstanding on a tunnel. */
export function staysWithin(c: Conversations, tunnel: TunnelName, window: number): Step {
  const { most, last, before, sent } = mostOutstanding(c, tunnel);
  if (sent === 0) return inconclusive(SILENT);
  if (most <= window) return undefined;
  return fail(
    `at most ${window} messages outstanding`,
    `${most} with ${told(last!)}`,
    refs(before, last),
  );
}

/** Fails unless `window` messages of the device are outstanding on a tunnel at some time. */
export function reaches(c: Conversations, tunnel: TunnelName, window: number): Step {
  const { most, last, sent } = mostOutstanding(c, tunnel);
  if (sent === 0) return inconclusive(SILENT);
  if (most >= window) return undefined;
  // Two messages opened the tunnel: only what is left of the others could fill a window.
  if (sent - 2 < window) {
    return inconclusive(`the device had no more than ${sent} messages to send`);
  }
  return fail(`${window} messages outstanding`, `never more than ${most}`, refs(last));
}

/** Fails when the device's Ns does not grow by one with each new message, zero-length bodies aside. */
export function numbered(c: Conversations, tunnel: TunnelName): Step {
  let next = 0;
  for (const message of c.tunnel(tunnel).device) {
    const { type, ns } = message;
    const wrong = type === 0
      ? ns !== next ? `a ZLB with Ns ${next}` : undefined
      : ns > next
      ? `Ns ${next}`
      : undefined;
    if (wrong !== undefined) return fail(wrong, told(message), refs(message));
    if (type !== 0 && ns === next) next++;
  }
  return next < 2 ? inconclusive("the device sent too few messages") : undefined;
}

/** The device's messages of the type and number of the first of a type. */
export function copiesOf(c: Conversations, tunnel: TunnelName, type: number): ControlMessage[] {
  const all = c.got(tunnel, type);
  return all.filter(({ ns }) => ns === all[0].ns);
}

/**
 * Fails when the device answers a message on tunnel `a` as if the tunnel had not ended. Whoever says that
 * it ends may go on acknowledging until that is delivered (RFC 2661 §7.1).
 */
export function isGone(c: Conversations, late: ControlMessage | undefined): Step {
  if (late === undefined) return inconclusive("the stimulus was not captured");
  if (c.got("a", StopCCN).length > 0) return undefined;
  const bad = c.tunnel("a").device.find((m) => m.time > late.time);
  return bad && fail("no answer on a tunnel that ended", told(bad), refs(late, bad));
}

/** Seconds between messages. */
export function intervals(messages: readonly ControlMessage[]): number[] {
  return messages.slice(1).map((m, i) => m.time - messages[i].time);
}

/**
 * How much an interval must be longer than the one before. RFC 2661 §5.8 doubles them in its example
 * and asks for exponential growth.
 */
const GROWTH = 1.2;
/** Seconds that a limit on intervals must allow, less a tenth for timers. */
const LIMIT = 7.2;

/**
 * Fails unless the intervals between copies of one message grow exponentially, up to a limit.
 * @param tolerance Milliseconds by which the device may have been late with each.
 */
export function backsOff(sent: readonly ControlMessage[], tolerance: number): Step {
  if (sent.length < 2) return fail("a message sent again", "it is not", refs(...sent));
  const gaps = intervals(sent);
  for (let i = 1; i < gaps.length; i++) {
    const least = Math.min(gaps[i - 1] * GROWTH, LIMIT);
    const short = judgeLimit(
      least * 1000,
      (least - gaps[i]) * 1000,
      // One that is late makes the interval before longer, and the next shorter.
      (1 + GROWTH) * tolerance,
      () =>
        fail(
          "intervals that grow exponentially, up to a limit of 8 s or more",
          gaps.map((gap) => `${gap.toFixed(1)} s`).join(", "),
          refs(sent[i], sent[i + 1]),
        ),
    );
    if (short !== undefined) return short;
  }
  // Two intervals that grow may grow by chance.
  return gaps.length < 3 ? inconclusive(`a message was sent ${sent.length} times only`) : undefined;
}
