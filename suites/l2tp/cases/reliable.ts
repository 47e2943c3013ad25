/** What checks of reliable delivery have in common for both roles. */
import { get16 } from "../../../captures/wire/octets.ts";
import {
  type Conversations,
  fail,
  inconclusive,
  isAck,
  refs,
  type Step,
  told,
  type TunnelName,
  valueOf,
} from "../checks/conversation.ts";
import type { ControlMessage } from "../facts/wire.ts";

/**
 * Fails when more than `window` messages of the device are outstanding on tunnel `a`, or, where the
 * window is to be reached, when they are never so many.
 */
export function outstanding(c: Conversations, window: number, reaches: boolean): Step {
  const view = c.tunnel("a");
  const both = [...view.device, ...view.tester].sort((x, y) =>
    x.time - y.time || x.frame.number - y.frame.number
  );
  let acknowledged = 0, next = 0, most = 0, last: ControlMessage | undefined;
  for (const message of both) {
    if (message.from === view.tester[0]?.from) {
      if (isAck(message.nr, acknowledged)) acknowledged = message.nr;
      continue;
    }
    if (message.type === 0 || isAck(next, message.ns)) continue;
    next = (message.ns + 1) & 0xffff;
    const now = (next - acknowledged) & 0xffff;
    if (now > most) [most, last] = [now, message];
    if (now > window) {
      return fail(
        `at most ${window} messages outstanding`,
        `${now} with ${told(message)}`,
        refs(message),
      );
    }
  }
  if (next === 0) return inconclusive("the device sent no message with a body on the tunnel");
  if (!reaches || most === window) return undefined;
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

/** Copies of the device's message with this Ns and type. */
export function copies(c: Conversations, tunnel: TunnelName, type: number, ns: number) {
  return c.got(tunnel, type, (m) => m.ns === ns);
}

/** The Session ID that a message assigns, or -1. */
export function assignedSession(message: ControlMessage): number {
  const value = valueOf(message, 14);
  return value?.length === 2 ? get16(value, 0) : -1;
}

/**
 * Fails unless the intervals between copies of one message grow exponentially; a limit on them must be
 * 8 seconds at least. A tenth is allowed for timers.
 */
export function backsOff(sent: readonly ControlMessage[]): Step {
  if (sent.length < 4) {
    return fail("a message sent again and again", `${sent.length} times`, refs(...sent));
  }
  const gaps = sent.slice(1).map((m, i) => m.time - sent[i].time);
  for (let i = 1; i < gaps.length; i++) {
    if (gaps[i] >= gaps[i - 1] * 1.5 || gaps[i] >= 7.2) continue;
    return fail(
      "intervals that double, up to a limit of 8 s or more",
      gaps.map((gap) => `${gap.toFixed(1)} s`).join(", "),
      refs(sent[i], sent[i + 1]),
    );
  }
  return undefined;
}
