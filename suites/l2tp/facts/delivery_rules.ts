/** Whether an end keeps to reliable delivery (RFC 2661 §5.8) in everything that it sends. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import type { Conduct } from "./control_facts.ts";
import { History, isInOrder, windowOf } from "./history.ts";
import { type ControlMessage, formatMessage } from "./message.ts";

const { StopCCN } = MessageType;
/** Seconds within which a network may exchange two messages, or a tap may. */
const REORDERED = 1;

/** Fails where what is sent again under a number is another message. */
export function judgeRepetitions({ ends }: Conduct): PartialVerdict {
  for (const end of ends) {
    for (const { message, end: sender, repeats } of History.of(end.connection).passages) {
      if (sender !== end || repeats === undefined || message.hasBodyOf(repeats)) continue;
      // Who has discarded its tunnel, as the loser of a tie does, refuses with the number of a beginner.
      if (message.type === StopCCN && message.ns === 0) continue;
      return fail(
        `Ns ${message.ns} again for the same message alone: ${formatMessage(repeats)} (§5.8)`,
        `${formatMessage(message)}${message.type === repeats.type ? " with other AVPs" : ""}`,
        frameRefs(repeats, message),
      );
    }
  }
  return undefined;
}

/** Where the Nr of an end stood, and when. */
interface Acknowledged {
  by?: ControlMessage;
  number: number;
}

/**
 * Fails where Nr goes back, or counts messages that were not sent.
 * @param repeated Whether messages that are sent again are judged, or all others.
 */
export function judgeNr(
  { ends, complete }: Conduct,
  repeated: boolean,
): PartialVerdict {
  for (const end of ends) {
    const last: Acknowledged = { number: 0 };
    // What should have been discarded for its header (§7.1) may have been taken in all the same.
    let sent = end.peer.begun && end.peer.messages.every(isInOrder) ? 0 : -1;
    for (
      const { message, end: sender, number, repeats, acknowledges } of passagesOf(end)
    ) {
      if (sender !== end) {
        if (message.type !== 0 && sent >= 0) sent = Math.max(sent, number + 1);
        continue;
      }
      const isJudged = (repeats !== undefined) === repeated;
      const { by } = last;
      if (by !== undefined && acknowledges < last.number) {
        if (isJudged && (complete || message.time - by.time > REORDERED)) {
          const wanted = `Nr ${by.nr} or more, as in ${formatMessage(by)} before (§5.8)`;
          return fail(wanted, formatMessage(message), frameRefs(by, message));
        }
        continue;
      }
      if (complete && isJudged && sent >= 0 && acknowledges > sent) {
        const wanted = `Nr ${sent & 0xffff} at the most, as no more was sent to it (§5.8)`;
        return fail(wanted, formatMessage(message), frameRefs(by, message));
      }
      last.by = message;
      last.number = acknowledges;
    }
  }
  return undefined;
}

function passagesOf(end: ConnectionEnd) {
  return History.of(end.connection).passages;
}

/** Fails where more messages are outstanding than the peer's window allows. */
export function judgeWindow({ ends, complete }: Conduct): PartialVerdict {
  let open: PartialVerdict;
  for (const end of ends) {
    const window = windowOf(end.peer);
    if (!end.begun) continue;
    let sent = 0, acknowledged = 0;
    let latest: ControlMessage | undefined;
    for (
      const { message, end: sender, number, repeats, acknowledges } of passagesOf(end)
    ) {
      if (sender !== end) {
        // What acknowledges more than there is acknowledges nothing that anybody could count on.
        if (acknowledges > acknowledged && acknowledges <= sent) acknowledged = acknowledges;
        else if (acknowledges > sent) acknowledged = sent;
        latest = message;
        continue;
      }
      if (message.type === 0 || repeats !== undefined || number < sent) continue;
      sent = number + 1;
      if (window < 0 || sent - acknowledged <= window) continue;
      const actual = `${sent - acknowledged} at ${formatMessage(message)}`;
      if (complete) {
        const wanted = `${window} messages outstanding at the most (§5.8)`;
        return fail(wanted, actual, frameRefs(latest, message));
      }
      open ??= inconclusive(
        `${actual} were outstanding of a window of ${window}, or acknowledgements are missing from the captures`,
      );
    }
  }
  return open;
}
