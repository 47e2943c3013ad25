/** Which options of RFC 2661 captures show in use: what nobody declared is judged where it is seen. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { ControlFacts } from "../facts/control_facts.ts";
import { Attribute, type ControlMessage } from "../facts/message.ts";
import type { PppFlow } from "./ppp_flow.ts";
import type { L2tpClass } from "../words.ts";

const { HELLO, OCRQ, SLI, WEN } = MessageType;
/** Attributes that only stand in an ICCN of a LAC that spoke PPP itself (RFC 2661 §4.4.5). */
const PROXY: readonly number[] = [26, 27, 28, 29, 30, 31, 32, 33];

/** What shows each option. */
const SHOWN: readonly [L2tpClass, (message: ControlMessage) => boolean][] = [
  ["hiding", ({ avps }) => avps.some(({ hidden }) => hidden)],
  ["authentication", ({ avps }) => avps.some((avp) => isOf(avp, [Attribute.challenge]))],
  ["tie_breaker", ({ avps }) => avps.some((avp) => isOf(avp, [Attribute.tieBreaker]))],
  ["outgoing_calls", ({ type }) => type === OCRQ],
  ["keepalive", ({ type }) => type === HELLO],
  ["proxy", ({ avps }) => avps.some((avp) => isOf(avp, PROXY))],
  ["set_link_info", ({ type }) => type === SLI],
  ["wan_errors", ({ type }) => type === WEN],
];

const isOf = ({ vendor, type }: { vendor: number; type: number }, types: readonly number[]) =>
  vendor === 0 && types.includes(type);

/** The classes of the roles that are seen, and the options that messages or data show. */
export function classesSeen(
  control: ControlFacts,
  ppp: readonly PppFlow[],
): L2tpClass[] {
  const { connections, flows } = control, classes = new Set<L2tpClass>();
  for (const { ends } of connections) {
    for (const end of ends) {
      const { messages } = end, role = control.judgedAs(end);
      if (role !== undefined && messages.length > 0) classes.add(role);
      for (const message of messages) {
        // A zero-length body shows nothing, and there are more of these than of all others.
        if (message.type === 0) continue;
        for (const [word, shows] of SHOWN) {
          if (!classes.has(word) && shows(message)) classes.add(word);
        }
      }
    }
  }
  if (flows.some(({ sequenced }) => sequenced > 0)) classes.add("sequencing");
  // Whoever speaks first what PPP agrees on speaks it himself, or relays who does.
  if (ppp.some(({ packets }) => packets.length > 0)) classes.add("ppp");
  return [...classes];
}
