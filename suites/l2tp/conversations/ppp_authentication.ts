/** Tells who said who they are within a call, and whether they were believed. */
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import * as chap from "../../../captures/wire/ppp_chap.ts";
import { LcpOption } from "../../../captures/wire/ppp_lcp.ts";
import type { ConversationEvent } from "../../kit/conversation.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { PppFlow } from "./ppp_flow.ts";
import {
  AUTHENTICATING,
  type Authentication,
  ENDS,
  type PppLink,
  type Spoken,
} from "./ppp_negotiation.ts";
import { authenticationName, EAP, optionOf, protocolName } from "./ppp_options.ts";
import { quoted, several } from "../../kit/narration.ts";

/** Identity, a type of EAP (RFC 3748 §5.1). */
const IDENTITY = 1;

/** What was asked and answered. */
interface Answers {
  /** Who is asked for a name, and for proof. */
  challenge?: Spoken;
  /** How somebody said who he is, and the name. */
  claim?: Spoken;
  name?: string;
  success?: Spoken;
  failure?: Spoken;
  /** What came with the success or the failure. */
  message?: Uint8Array;
}

/** All authentications of a link: what happened, the names, and why somebody was refused. */
export function authenticationsOf(
  link: PppLink,
): { events: ConversationEvent[]; names: string[]; refusal?: string } {
  const events: ConversationEvent[] = [], names = new Set<string>();
  let refusal: string | undefined;
  for (const found of link.authentications.values()) {
    const answers = READERS[found.protocol](found), what = nameOf(link, found);
    if (answers.name !== undefined) names.add(answers.name);
    const event = tell(answers, what, found);
    if (event === undefined) continue;
    events.push(event);
    if (event.tone === "bad") refusal ??= `${what} ${event.text}`;
  }
  return { events, names: [...names], ...(refusal === undefined ? {} : { refusal }) };
}

/** Whether an end asks the other one who it is, or lets it in: as the LNS does. */
function authenticates({ packets }: PppFlow): boolean {
  return packets.some(({ protocol, code }) =>
    protocol === PppProtocol.pap ? code !== 1 : AUTHENTICATING.includes(protocol) && code !== 2
  );
}

/** The flows of both ends with the LNS's last, where PPP tells which that is. */
export function byAuthenticator([a, b]: [PppFlow?, PppFlow?]): [PppFlow?, PppFlow?] {
  const isFirst = a !== undefined && authenticates(a);
  return isFirst && !(b !== undefined && authenticates(b)) ? [b, a] : [a, b];
}

function tell(
  { challenge, claim, name, success, failure, message }: Answers,
  what: string,
  { packets }: Authentication,
): ConversationEvent | undefined {
  const [first] = packets;
  if (first === undefined) return undefined;
  const who = name === undefined ? "somebody" : `user ${name}`;
  const said = message === undefined || message.length === 0 ? "" : `: ${quoted(message)}`;
  const event = (text: string, tone: ConversationEvent["tone"], last?: Spoken) => ({
    ...{ time: (last ?? first).time, way: "", what, text, tone },
    frames: frameRefs(challenge, claim, last),
  });
  // The last word counts: a refused password may be tried again.
  if (success !== undefined && (failure === undefined || failure.time <= success.time)) {
    return event(`${who} is let in by ${ENDS[success.side]}${said}`, "good", success);
  }
  if (failure !== undefined) {
    return event(`${who} is refused by ${ENDS[failure.side]}${said}`, "bad", failure);
  }
  if (claim !== undefined) {
    return event(`${who} gets no answer in this capture`, "open");
  }
  const asked = several(packets.length, "packet");
  return event(`nobody says who he is: ${asked} without a response`, "open");
}

/** The name of what is spoken: the LCP options say which CHAP it is. */
function nameOf({ negotiations }: PppLink, { protocol }: Authentication): string {
  const agreed = negotiations.get(PppProtocol.lcp)?.agreed ?? [];
  for (const packet of agreed) {
    const option = packet && optionOf(packet.data, LcpOption.authentication);
    if (option === undefined || option.length < 2) continue;
    if ((option[0] << 8 | option[1]) === protocol) return authenticationName(option);
  }
  return protocolName(protocol);
}

type Reader = (found: Authentication) => Answers;

/** Codes by protocol: PAP (RFC 1334 §2.2), CHAP (RFC 1994 §4), EAP (RFC 3748 §4). */
const READERS: Readonly<Record<number, Reader>> = {
  [PppProtocol.pap]({ packets }) {
    const claim = last(packets, 1), success = last(packets, 2), failure = last(packets, 3);
    const octets = claim?.data ?? new Uint8Array();
    const result = laterOf(success, failure);
    return {
      ...{ claim, success, failure },
      name: claim && quoted(octets.subarray(1, 1 + (octets[0] ?? 0))),
      message: result?.data.subarray(1, 1 + (result.data[0] ?? 0)),
    };
  },
  [PppProtocol.chap]({ packets }) {
    const challenge = last(packets, 1), claim = last(packets, 2);
    const success = last(packets, 3), failure = last(packets, 4);
    const response = claim && chap.decode(claim.data).record;
    return {
      ...{ challenge, claim, success, failure },
      name: response && quoted(response.name),
      message: laterOf(success, failure)?.data,
    };
  },
  [EAP]({ packets }) {
    const isIdentity = ({ data }: Spoken) => data[0] === IDENTITY;
    const claim = packets.find((packet) => packet.code === 2 && isIdentity(packet)) ??
      last(packets, 2);
    return {
      ...{ challenge: last(packets, 1), claim },
      ...{ success: last(packets, 3), failure: last(packets, 4) },
      name: claim && isIdentity(claim) ? quoted(claim.data.subarray(1)) : undefined,
    };
  },
};

function last(packets: readonly Spoken[], code: number): Spoken | undefined {
  return packets.findLast((packet) => packet.code === code);
}

function laterOf(a: Spoken | undefined, b: Spoken | undefined): Spoken | undefined {
  return a === undefined || b !== undefined && b.time > a.time ? b : a;
}
