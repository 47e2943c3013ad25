/** Whether an end lets the intervals between retransmissions grow (RFC 2661 §5.8). */
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type PartialVerdict } from "../../kit/verdict.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import type { Conduct } from "./control_facts.ts";
import { History } from "./history.ts";
import { type ControlMessage, formatMessage } from "./message.ts";

/** Seconds that an interval has at least which is not one of two frames of the same datagram. */
const LEAST = 0.15;
/** Seconds of an interval that may be the limit of those that grow: §5.8 asks for 8 or more. */
const LIMIT = 7.5;
/** Intervals in a row that are the same by no chance, and how much the longest may exceed the least. */
const SEVERAL = 4, SAME = 1.25;

/** A message, and what of it was sent again while its peer said nothing. */
interface Series {
  number: number;
  sent: ControlMessage[];
}

/** What an end sent again and again, as long as its peer was silent: whoever hears may answer at once. */
function seriesOf(end: ConnectionEnd): Series[] {
  const all: Series[] = [];
  let open: Series | undefined;
  for (const { message, end: sender, number, repeats } of History.of(end.connection).passages) {
    if (sender !== end) open = undefined;
    else if (message.type !== 0) {
      if (repeats === undefined || open?.number !== number) {
        all.push(open = { number, sent: [message] });
      } else if (message.time - open.sent[open.sent.length - 1].time > LEAST) {
        open.sent.push(message);
      }
    }
  }
  return all.filter(({ sent }) => sent.length > 1);
}

/** Whether any message of a role was sent again while its peer was silent. */
export const sendsAgain = ({ ends }: Conduct): boolean =>
  ends.some((end) => seriesOf(end).length > 0);

/**
 * Fails where a message is sent again at intervals that stay the same, and are less than a limit may
 * be. A frame that is missing makes an interval longer, and never several the same.
 */
export function judgeBackOff({ ends }: Conduct): PartialVerdict {
  for (const { sent } of ends.flatMap(seriesOf)) {
    const gaps = sent.slice(1).map((m, i) => m.time - sent[i].time);
    for (let i = 0; i + SEVERAL <= gaps.length; i++) {
      const some = gaps.slice(i, i + SEVERAL), longest = Math.max(...some);
      if (longest >= LIMIT || longest > SAME * Math.min(...some)) continue;
      return fail(
        "intervals that grow exponentially, up to a limit of 8 s or more (§5.8)",
        `${formatMessage(sent[0])} again after ${
          gaps.map((gap) => `${gap.toFixed(1)} s`).slice(0, 8).join(", ")
        }`,
        frameRefs(...sent.slice(0, 8)),
      );
    }
  }
  return undefined;
}
