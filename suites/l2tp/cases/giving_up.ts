/** Peers that are given up, for cases of several sections. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type PartialVerdict } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { type ControlMessage, formatMessage } from "../facts/message.ts";

/**
 * Milliseconds in which a device gives its peer up. RFC 2661 §5.8 recommends five retransmissions and
 * sets no limit: time for forty, of which the later ones are eight seconds apart.
 */
export const GIVING_UP = 340_000;

/**
 * Fails when the device answers a message on tunnel `a` as if the tunnel had not ended. Whoever says
 * that it ends may go on acknowledging until that is delivered (RFC 2661 §7.1).
 */
export function isGone(c: Conversation, late: ControlMessage): PartialVerdict {
  if (c.got("a", MessageType.StopCCN).length > 0) return undefined;
  const bad = c.tunnel("a").device.find((m) => isAfter(m, late));
  return bad &&
    fail("no answer on a tunnel that ended", formatMessage(bad), frameRefs(late, bad));
}
