/** Mutants of groups A to D: headers, AVPs, hiding, authentication. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { CONTROL_FLAGS } from "../../../captures/wire/l2tp.ts";
import { attributeName } from "../../../captures/wire/l2tp_attributes.ts";
import { type Avp, readAvps } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { chapMd5 } from "../../../captures/wire/ppp_chap_md5.ts";
import { SESSIONS, TUNNELS } from "../../../peers/testing/l2tp_tester/script.ts";
import { avpsOf, messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { both, type L2tpMutant, mutant } from "./make.ts";
import { assignsZero, typeSecond, withAvps } from "./packets.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, CDN } = MessageType;
const CHALLENGE = 11, RESPONSE = 13;
const opens = (packet: Uint8Array) => [SCCRQ, SCCRP].some((t) => t === messageTypeOf(packet));
const has = (packet: Uint8Array, type: number) => avpsOf(packet).some((a) => a.type === type);
const isData = (packet: Uint8Array) => packet.length > 1 && (packet[0] & 0x80) === 0;

/** Takes packets for the unknown Tunnel ID 0x4444 for those of the tunnel opened last. */
function takesAnyTunnel(): L2tpOverrides {
  let known = 0;
  return {
    wire: {
      egress(transmission) {
        const avp = opens(transmission.packet)
          ? avpsOf(transmission.packet).find((a) => a.type === 9)
          : undefined;
        if (avp?.value.length === 2) known = get16(avp.value, 0);
        return [transmission];
      },
      ingress: (packet) =>
        messageTypeOf(packet) >= 0 && get16(packet, 4) === 0x4444
          ? with16(packet, 4, known)
          : packet,
    },
  };
}

/** Takes data for the unknown Session ID 0x4444 for that of the session that had data last. */
function takesAnySession(): L2tpOverrides {
  let known = 0;
  return {
    wire: {
      ingress(packet) {
        if (!isData(packet) || (packet[0] & 0x4a) !== 0) return packet;
        if (get16(packet, 4) === 0x4444) return with16(packet, 4, known);
        known = get16(packet, 4);
        return packet;
      },
    },
  };
}

/** Loses an SCCCN with a response to a challenge that came without a response of one's own. */
function mutualOnly(): L2tpOverrides {
  let alone = false;
  return {
    wire: {
      egress(transmission) {
        const { packet } = transmission;
        if (messageTypeOf(packet) === SCCRP) {
          alone = has(packet, CHALLENGE) && !has(packet, RESPONSE);
        }
        return [transmission];
      },
      ingress: (packet) =>
        alone && messageTypeOf(packet) === SCCCN && has(packet, RESPONSE) ? undefined : packet,
    },
  };
}

/** Takes nothing in any more once an AVP was shorter than its header, until a tunnel is asked for. */
function stalls(): L2tpOverrides {
  let stalled = false;
  return {
    wire: {
      ingress(packet) {
        if (messageTypeOf(packet) < 0) return packet;
        if (messageTypeOf(packet) === SCCRQ && !asksForProbe(packet)) stalled = false;
        else if (readAvps(packet, 12, packet.length).problem !== undefined) stalled = true;
        return stalled ? undefined : packet;
      },
      egress(transmission) {
        if (messageTypeOf(transmission.packet) === SCCRQ) stalled = false;
        return [transmission];
      },
    },
  };
}

const isNameless = (avp: Avp) => avp.type === 7 && avp.value.length === 0;

const asksForProbe = (packet: Uint8Array) =>
  avpsOf(packet).some((a) => a.type === 9 && get16(a.value, 0) === TUNNELS.probe);

const changed = (change: (avp: Avp) => Avp): L2tpOverrides => ({
  l2tp: { avps: (_, avps) => avps.map(change) },
});

/** The mutants, in the order of the requirements that they break. */
export const MESSAGE_MUTANTS: readonly L2tpMutant[] = [
  ...both("sets_priority", "Sets P in control messages", "L2TP-001", {
    l2tp: { controlFlags: () => CONTROL_FLAGS | 0x0100 },
  }),
  ...both("minds_reserved_bits", "Discards what has a reserved bit set", "L2TP-002", {
    l2tp: { acceptsControlFlags: (flags) => flags === CONTROL_FLAGS },
  }),
  ...both("any_version", "Takes any version for its own", "L2TP-003", {
    l2tp: { acceptsVersion: () => true },
  }),
  ...both(
    "malformed_headers",
    "Takes control messages without length or sequence",
    "L2TP-004",
    { l2tp: { acceptsControlFlags: () => true } },
  ),
  ...both("any_length", "Takes any Length", "L2TP-005", { l2tp: { acceptsLength: () => true } }),
  ...both("foreign_session_id", "Sends a CDN with a Session ID of nobody", "L2TP-006", {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === CDN ? [{ ...t, packet: with16(t.packet, 6, 0x9999) }] : [t],
    },
  }, {
    lac: ["L2TP-052", "L2TP-080"],
    lns: ["L2TP-007", "L2TP-034", "L2TP-052", "L2TP-075", "L2TP-077", "L2TP-080"],
  }),
  ...both("own_session_id", "Puts its own Session ID where the peer's is unknown", "L2TP-007", {
    l2tp: { headerSessionId: (peer, own) => peer === 0 ? own : peer },
  }, { lns: ["L2TP-080"] }),
  mutant("lns", "assigns_zero", "Assigns zero to a session", "L2TP-008", {
    wire: {
      egress: (t) => assignsZero(t, "ICRP", (packet) => get16(packet, 6) === SESSIONS.probe1),
    },
  }),
  mutant("lac", "assigns_zero", "Assigns zero to a session", "L2TP-008", {
    wire: { egress: (t) => assignsZero(t, "ICRQ", (packet) => get16(packet, 4) === TUNNELS.c) },
  }),
  ...both("any_tunnel", "Takes messages for an unknown tunnel", "L2TP-010", takesAnyTunnel()),
  ...both("any_session", "Takes data for an unknown session", "L2TP-011", takesAnySession()),
  mutant("lns", "type_second", "Puts a Message Type behind another AVP", "L2TP-012", {
    wire: { egress: (t) => typeSecond(t, SESSIONS.a3) },
  }, ["L2TP-013", "L2TP-034"]),
  mutant("lac", "type_second", "Puts a Message Type behind another AVP", "L2TP-012", {
    wire: { egress: (t) => typeSecond(t, SESSIONS.a2) },
  }, ["L2TP-013", "L2TP-018", "L2TP-080"]),
  ...both("optional_type", "Sends the Message Type with M clear", "L2TP-013", {
    l2tp: { avps: (_, [first, ...rest]) => [{ ...first, mandatory: false }, ...rest] },
  }, ["L2TP-026"]),
  ...both("ignores_unknown_message", "Passes over an unknown mandatory message", "L2TP-014", {
    l2tp: { endsOnUnknownMessage: () => false },
  }),
  ...both("ends_on_optional_message", "Ends on an unknown optional message", "L2TP-015", {
    l2tp: { endsOnUnknownMessage: () => true },
  }),
  ...both("ends_on_optional_avp", "Ends on an unknown AVP whose M is clear", "L2TP-016", {
    l2tp: { endsOnUnknownAvp: () => true },
  }, ["L2TP-019", "L2TP-020"]),
  ...both("ignores_mandatory_avp", "Ignores an unknown AVP whose M is set", "L2TP-017", {
    l2tp: { endsOnUnknownAvp: () => false },
  }, ["L2TP-018", "L2TP-019", "L2TP-020"]),
  ...both("other_error", "Says another error than 8 of an unknown AVP", "L2TP-096", {
    l2tp: { unknownAvpFault: (message) => ({ result: 2, error: 6, message }) },
  }),
  ...both("ends_tunnel_for_session", "Ends the tunnel for an AVP of one call", "L2TP-018", {
    l2tp: { endsTunnelOnCallFault: () => true },
  }, { lac: ["L2TP-023"], lns: ["L2TP-034"] }),
  ...both("names_the_nameless", "Takes an empty host name for another", "L2TP-023", {
    wire: {
      ingress(packet) {
        const avps = opens(packet) ? avpsOf(packet) : [];
        if (!avps.some(isNameless)) return packet;
        const named = avps.map((a) =>
          isNameless(a) ? { ...a, length: 7, value: Uint8Array.of(97) } : a
        );
        return withAvps(packet, named);
      },
    },
  }),
  ...both("ignores_vendor", "Does not look at the vendor of an AVP", "L2TP-019", {
    l2tp: {
      recognises: ({ reserved, type }) => reserved === 0 && attributeName(type) !== undefined,
    },
  }),
  ...both(
    "sets_reserved_bit",
    "Sends its Vendor Name with a reserved bit",
    "L2TP-020",
    changed((avp) => avp.type === 8 ? { ...avp, reserved: 1 } : avp),
  ),
  ...both("ignores_reserved_bits", "Does not look at the reserved bits of an AVP", "L2TP-020", {
    l2tp: { recognises: ({ vendor, type }) => vendor === 0 && attributeName(type) !== undefined },
  }),
  ...both("type_anywhere", "Looks for the Message Type anywhere", "L2TP-023", {
    l2tp: { messageTypeFirst: false },
  }),
  ...both("stalls", "Stalls over an AVP of an impossible length", "L2TP-021", stalls()),
  ...both("takes_zero", "Takes zero for an identifier", "L2TP-023", {
    l2tp: { acceptsIdentifier: () => true },
  }),
  ...both("no_framing_capabilities", "Leaves Framing Capabilities out", "L2TP-024", {
    l2tp: { avps: (_, avps) => avps.filter(({ type }) => type !== 3) },
  }),
  ...both("fixed_order", "Loses a message whose host name follows the identifier", "L2TP-025", {
    wire: {
      ingress(packet) {
        if (!opens(packet)) return packet;
        const order = avpsOf(packet).map(({ type }) => type);
        return order.includes(9) && order.indexOf(7) > order.indexOf(9) ? undefined : packet;
      },
    },
  }, ["L2TP-027", "L2TP-035", "L2TP-051"]),
  ...both(
    "mandatory_vendor_name",
    "Sends the Vendor Name with M set",
    "L2TP-026",
    changed((avp) => avp.type === 8 ? { ...avp, mandatory: true } : avp),
  ),
  ...both("short_host_names", "Refuses host names of more than 64 octets", "L2TP-027", {
    wire: {
      ingress: (packet) =>
        opens(packet) && avpsOf(packet).some((a) => a.type === 7 && a.value.length > 64)
          ? undefined
          : packet,
    },
  }),
  mutant("lac", "reserved_octet", "Fills the reserved octet of Proxy Authen ID", "L2TP-028", {
    l2tp: { proxyAuthenIdReserved: 1 },
  }),
  ...both("no_error_message", "Loses a result that comes with a message", "L2TP-029", {
    wire: {
      ingress: (packet) =>
        [CDN, StopCCN].some((t) => t === messageTypeOf(packet)) &&
          avpsOf(packet).some((a) => a.type === 1 && a.value.length > 4)
          ? undefined
          : packet,
    },
  }),
  ...both("hidden_without_secret", "Marks its Vendor Name hidden without a vector", "L2TP-031", {
    l2tp: {
      avps: (_, avps) =>
        avps.some(({ type }) => type === 36)
          ? avps
          : avps.map((avp) => avp.type === 8 ? { ...avp, hidden: true } : avp),
    },
  }),
  ...both("vector_behind", "Puts the Random Vector behind what it hides", "L2TP-031", {
    l2tp: { vectorFirst: false },
  }),
  ...both("another_vector", "Recovers hidden values with another vector", "L2TP-032", {
    l2tp: { vectorOf: () => Uint8Array.of(1, 2, 3) },
  }, ["L2TP-033"]),
  ...both("first_vector", "Uses the first Random Vector for all", "L2TP-033", {
    l2tp: { vectorOf: (before) => before[0] },
  }),
  mutant("lns", "wrong_identifier", "Hashes the challenge with identifier 1", "L2TP-036", {
    l2tp: { challengeResponse: (_, secret, challenge) => chapMd5(1, secret, challenge) },
  }, ["L2TP-038", "L2TP-039", "L2TP-040", "L2TP-041"]),
  mutant("lac", "wrong_identifier", "Hashes the challenge with identifier 1", "L2TP-037", {
    l2tp: { challengeResponse: (_, secret, challenge) => chapMd5(1, secret, challenge) },
  }, ["L2TP-038", "L2TP-039", "L2TP-040", "L2TP-041"]),
  ...both("any_response", "Takes any response", "L2TP-038", {
    l2tp: { authenticates: () => true },
  }),
  ...both("short_challenges", "Hashes the first 16 octets of a challenge alone", "L2TP-039", {
    l2tp: {
      challengeResponse: (type, secret, challenge) =>
        chapMd5(type, secret, challenge.subarray(0, 16)),
    },
  }),
  mutant(
    "lns",
    "mutual_only",
    "Loses the response of whom it challenged unchallenged",
    "L2TP-040",
    mutualOnly(),
    ["L2TP-038", "L2TP-041"],
  ),
  mutant("lac", "mutual_only", "Loses the reply of whom it challenges unchallenged", "L2TP-040", {
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === SCCRP && has(packet, RESPONSE) && !has(packet, CHALLENGE)
          ? undefined
          : packet,
    },
  }, ["L2TP-038"]),
  ...both("one_challenge", "Sends the same challenge each time", "L2TP-041", {
    l2tp: { challenge: () => new Uint8Array(16).fill(7) },
  }),
];
