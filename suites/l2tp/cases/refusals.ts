/** How tunnels are refused, for cases of several sections. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, type PartialVerdict } from "../../kit/verdict.ts";
import type { TunnelName } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { type ControlMessage, formatMessage, hasResult } from "../facts/message.ts";

const { SCCCN, StopCCN } = MessageType;

/**
 * Fails unless an SCCRP on a tunnel is refused.
 * @param generally Whether by result 2.
 */
export function refused(
  c: Conversation,
  tunnel: TunnelName,
  reply: ControlMessage,
  generally = true,
): PartialVerdict {
  const taken = c.got(tunnel, SCCCN)[0];
  return gravest(
    taken && fail("no SCCCN", formatMessage(taken), frameRefs(reply, taken)),
    c.replies(
      reply,
      tunnel,
      StopCCN,
      "a StopCCN with a general error",
      generally ? hasResult(2) : undefined,
    ),
  );
}
