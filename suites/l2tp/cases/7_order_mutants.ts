/** Mutants that break the order of what is sent: one message more, or other numbers. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { avpsOf, messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { again, DEFAULT_ACCM, inserts, NO_ERRORS, type Place, saying } from "./insertions.ts";
import { SESSIONS } from "../../../peers/testing/l2tp_tester/names.ts";
import { type L2tpMutant, mutant, mutantOfBoth } from "./mutants.ts";
import { isNamed, withAvps } from "./packets.ts";
import type { L2tpId } from "../requirements.ts";

const { SCCRQ, SCCRP, StopCCN, ICRP, ICCN, CDN } = MessageType;
const NS = 8, NR = 10;
/** An Nr of a tunnel that has been established for a while. */
const BEHIND = 6;
/** Attribute Type of the Call Serial Number. */
const SERIAL = 15;

/** What is said besides does not wait for room in the receiver's window. */
const OUTSTANDING: readonly L2tpId[] = ["L2TP-064"];

/** A CDN that names the session of its receiver in the header. */
const inSession: Place = (type, { sessionId }) => type === CDN && sessionId !== 0;
/** A StopCCN of an established tunnel. */
const late: Place = (type, { ns, nr }) => type === StopCCN && ns > 1 && nr > 1;
const ofType = (...types: readonly number[]) => (type: number) => types.includes(type);

/** The message that a role alone sends while a call is up, and that of the other. */
const OWN = {
  lac: saying("WEN", { callErrors: NO_ERRORS }),
  lns: saying("SLI", { accm: DEFAULT_ACCM }),
};

/** A request for a call that nobody else makes. */
const ASKING = { assignedSessionId: 60_001, callSerialNumber: 1_000_000 };
const INCOMING = saying("ICRQ", ASKING, false);
const OUTGOING = saying("OCRQ", {
  ...ASKING,
  ...{ minimumBps: 1, maximumBps: 1_000_000, bearerType: 1, framingType: 1 },
  calledNumber: new TextEncoder().encode("1"),
}, false);

/** Sends the messages of a type with another Nr. */
function countsWrongly(type: number, by: number): L2tpOverrides {
  return {
    wire: {
      egress(t) {
        if (messageTypeOf(t.packet) !== type) return [t];
        const nr = get16(t.packet, NR);
        return nr < BEHIND ? [t] : [{ ...t, packet: with16(t.packet, NR, nr + by) }];
      },
    },
  };
}

/** Changes what is sent again under a number. */
function changesRepetitions(change: (packet: Uint8Array) => Uint8Array): L2tpOverrides {
  const sent = new Set<string>();
  return {
    wire: {
      egress(t: Transmission) {
        const { packet } = t, type = messageTypeOf(packet);
        if (type === SCCRQ || type === SCCRP) sent.clear();
        if (type <= 0) return [t];
        const key = `${get16(packet, 4)} ${get16(packet, NS)}`;
        if (sent.has(key)) return [{ ...t, packet: change(packet) }];
        sent.add(key);
        return [t];
      },
    },
  };
}

/** Says one thing more, by an AVP of a vendor. */
const saysMore = (packet: Uint8Array) =>
  withAvps(packet, [...avpsOf(packet), {
    ...{ mandatory: false, hidden: false, reserved: 0, length: 7, vendor: 9, type: 1 },
    value: Uint8Array.of(1),
  }]);

/** The mutants of the order of what is sent. */
export const ORDER_MUTANTS: readonly L2tpMutant[] = [
  ...mutantOfBoth(
    "connects_late",
    "Says SCCCN once more, or although it answers, in front of a CDN",
    "L2TP-116",
    inserts({ at: ofType(CDN), side: "before", message: saying("SCCCN", {}, false) }),
    { lac: OUTSTANDING },
  ),
  mutant(
    "lns",
    "hello_too_soon",
    "Sends a HELLO before the SCCCN has come",
    "L2TP-116",
    inserts({ at: ofType(SCCRP), side: "behind", message: saying("HELLO") }),
    // The tunnel comes up only at another try, and what it then says has other numbers.
    ["L2TP-042", "L2TP-053", "L2TP-064", "L2TP-071", "L2TP-090", "L2TP-117"],
  ),
  ...mutantOfBoth(
    "replies_twice",
    "Says ICRP or ICCN a second time, with a number of its own",
    "L2TP-118",
    inserts({
      at: (type, { sessionId }) =>
        (type === ICRP || type === ICCN) && isNamed(sessionId, SESSIONS.a1),
      side: "behind",
      message: again,
    }),
    // The tester takes the second one for the reply to its next call.
    { lns: ["L2TP-052", "L2TP-063", "L2TP-064"] },
  ),
  mutant(
    "lac",
    "wen_too_soon",
    "Sends a WEN for a call that is not established",
    "L2TP-118",
    inserts({ at: ofType(ICCN), side: "before", message: OWN.lac }),
    ["L2TP-122"],
  ),
  mutant(
    "lns",
    "sli_too_soon",
    "Sends an SLI for a call that is not established",
    "L2TP-118",
    inserts({ at: ofType(ICRP), side: "behind", message: OWN.lns }),
    ["L2TP-064"],
  ),
  mutant(
    "lac",
    "sends_sli",
    "Sends an SLI",
    "L2TP-119",
    inserts({ at: inSession, side: "before", message: OWN.lns }),
    OUTSTANDING,
  ),
  mutant(
    "lns",
    "sends_wen",
    "Sends a WEN",
    "L2TP-119",
    inserts({ at: inSession, side: "before", message: OWN.lac }),
  ),
  mutant(
    "lac",
    "asks_as_lns",
    "Asks for an outgoing call",
    "L2TP-119",
    inserts({ at: late, side: "before", message: OUTGOING }),
  ),
  mutant(
    "lns",
    "asks_as_lac",
    "Asks for an incoming call",
    "L2TP-119",
    inserts({ at: late, side: "before", message: INCOMING }),
  ),
  ...mutantOfBoth(
    "hello_after_stop",
    "Sends a HELLO behind its StopCCN",
    "L2TP-120",
    inserts({ at: ofType(StopCCN), side: "behind", message: saying("HELLO") }),
  ),
  ...mutantOfBoth(
    "hello_to_stop",
    "Answers a StopCCN by a HELLO behind the acknowledgement",
    "L2TP-120",
    answersStop(),
  ),
  ...mutantOfBoth(
    "disconnects_twice",
    "Says CDN a second time, with a number of its own",
    "L2TP-121",
    inserts({ at: ofType(CDN), side: "behind", message: again }),
    { lac: OUTSTANDING },
  ),
  ...(["lac", "lns"] as const).map((role) =>
    mutant(
      role,
      "tells_after_disconnect",
      "Tells of a call behind its CDN",
      "L2TP-121",
      inserts({ at: inSession, side: "behind", message: OWN[role] }),
      // A CDN may refuse what nobody asked for: then there never was such a call.
      role === "lac" ? ["L2TP-118", ...OUTSTANDING] : ["L2TP-118"],
    )
  ),
  ...mutantOfBoth(
    "says_more_again",
    "Says more in what it sends again",
    "L2TP-117",
    changesRepetitions(saysMore),
  ),
  mutant(
    "lac",
    "another_serial_number",
    "Sends its ICRQ again with another Call Serial Number",
    "L2TP-117",
    changesRepetitions((packet) =>
      withAvps(
        packet,
        avpsOf(packet).map((one) =>
          one.type === SERIAL ? { ...one, value: Uint8Array.of(0, 0, 0, 99) } : one
        ),
      )
    ),
  ),
  ...mutantOfBoth(
    "hello_to_tunnel_0",
    "Sends a HELLO with Tunnel ID 0 beside a CDN",
    "L2TP-006",
    sendsToTunnelZero(saying("HELLO", {}, false)),
  ),
  ...mutantOfBoth(
    "zero_length_body_to_tunnel_0",
    "Sends a zero-length body with Tunnel ID 0 beside a CDN",
    "L2TP-006",
    sendsToTunnelZero((cdn) => with16(with16(cdn.slice(0, 12), 2, 12), 6, 0)),
  ),
  ...mutantOfBoth(
    "nr_back",
    "Goes back with the Nr of its CDNs",
    "L2TP-054",
    countsWrongly(CDN, -3),
  ),
  ...mutantOfBoth(
    "nr_ahead",
    "Acknowledges by its CDNs what was never sent",
    "L2TP-054",
    countsWrongly(CDN, 3),
  ),
];

/** Sends another message behind each CDN, to no tunnel. */
function sendsToTunnelZero(message: (cdn: Uint8Array) => Uint8Array): L2tpOverrides {
  return {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === CDN
          ? [t, { ...t, packet: with16(message(t.packet), 4, 0) }]
          : [t],
    },
  };
}

/** Sends a HELLO behind the acknowledgement of a StopCCN. */
function answersStop(): L2tpOverrides {
  let stopped = -1;
  const { wire } = inserts({
    at: (type, { tunnelId }) => type === 0 && stopped >= 0 && tunnelId !== 0,
    side: "behind",
    message: saying("HELLO"),
  });
  return {
    wire: {
      ingress(packet, from) {
        const type = messageTypeOf(packet);
        if (type === StopCCN) stopped = get16(packet, 4);
        else if (type === SCCRQ || type === SCCRP) stopped = -1;
        return wire!.ingress!(packet, from);
      },
      egress: (transmission) => wire!.egress!(transmission),
    },
  };
}
