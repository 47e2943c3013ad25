/** RFC 2661 §3.1: lengths and reserved bits in the headers of everything that is sent. */
import * as l2tp from "../../../captures/wire/l2tp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { fail } from "../../kit/verdict.ts";
import { judgeGrammar, messagesOf } from "../facts/conduct_rules.ts";
import { flowsOf, judgeFlows } from "../facts/flow_rules.ts";
import { lengthFault, trailingFault } from "../facts/message_rules.ts";
import { type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { bothRules } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { isData } from "./packets.ts";

const { SCCCN, SCCRP, HELLO } = MessageType;
/** Octets that a message says to have beside those that it has. */
const TOO_MANY = 200;
/** An Offset Size past the end of every packet here. */
const PAST = 4096;

const PARTS: readonly Part[] = [
  ...bothRules((role) => ({
    name: "header/version_sent",
    title:
      "Everything that is sent to a port of L2TP is a message of version 2, with a whole header",
    covers: ["L2TP-128"],
    on: [CONVERSATION[role]],
    subject: (conduct) => conduct,
    judge: (_, { strays }) =>
      strays &&
      fail(
        "messages of version 2 whose header has the fields that its bits announce (§3.1)",
        `${strays.count} packets that are none`,
        strays.shown.slice(0, 8).map(({ frame }) => frame),
      ),
  })),
  ...bothRules((role) => ({
    name: "header/length_sent",
    title: "The Length of a control message is held by its datagram",
    covers: ["L2TP-098"],
    on: [CONVERSATION[role]],
    subject: (conduct) => messagesOf(conduct, "control message"),
    judge: (messages) => judgeGrammar(messages, lengthFault),
  })),
  ...bothRules((role) => ({
    name: "header/whole_datagram",
    title: "A control message ends where its datagram ends",
    covers: ["L2TP-100"],
    on: [CONVERSATION[role]],
    subject: (conduct) => messagesOf(conduct, "control message"),
    judge: (messages) => judgeGrammar(messages, trailingFault),
  })),
  ...bothRules((role) => ({
    name: "data/length_sent",
    title: "Length and Offset Size of a data message are held by its datagram",
    covers: ["L2TP-098"],
    on: [CONVERSATION[role]],
    subject: (conduct) => flowsOf(conduct),
    judge: (flows) =>
      judgeFlows(
        flows,
        (conduct) => conduct.faultOf("length"),
        "a Length of all octets of the message and an offset within it (§3.1)",
      ),
  })),
  ...bothRules((role) => ({
    name: "data/whole_datagram",
    title: "A data message ends where its datagram ends",
    covers: ["L2TP-100"],
    on: [CONVERSATION[role]],
    subject: (conduct) => flowsOf(conduct),
    judge: (flows) =>
      judgeFlows(
        flows,
        (conduct) => conduct.faultOf("trailing"),
        "a Length of all octets of the datagram (§3.1)",
      ),
  })),
  ...bothRules((role) => ({
    name: "data/reserved_bits_sent",
    title: "No data message is sent with a reserved bit in its header",
    covers: ["L2TP-099"],
    on: [CONVERSATION[role]],
    subject: (conduct) => flowsOf(conduct),
    judge: (flows) =>
      judgeFlows(
        flows,
        (conduct) => conduct.faultOf("reserved"),
        "reserved bits of 0 in the header of data (§3.1)",
      ),
  })),
];

/** Sends data with another header in front of the same frame. */
function headsData(change: (header: l2tp.L2tp, payload: number) => l2tp.L2tp): L2tpOverrides {
  return {
    wire: {
      egress(transmission) {
        const { packet } = transmission;
        if (!isData(packet)) return [transmission];
        const { record, end } = l2tp.decode(packet);
        if (record === undefined) return [transmission];
        const payload = packet.subarray(end);
        const changed = l2tp.encode(change(record, payload.length), payload.length);
        changed.set(payload, changed.length - payload.length);
        return [{ ...transmission, packet: changed }];
      },
    },
  };
}

/** Sends data with a Length that is so much more than it has octets. */
const dataLength = (more: number) =>
  headsData((header, payload) => {
    const counted = l2tp.withLength(header, payload);
    return { ...counted, length: counted.length! + more };
  });

/** Sends data with an offset that points past it. */
function pastOffset(): L2tpOverrides {
  const bare = headsData((header) => ({
    ...header,
    flags: header.flags | l2tp.L2tpFlag.offset,
    offsetPad: new Uint8Array(0),
  }));
  return {
    wire: {
      egress(transmission) {
        const [sent] = bare.wire!.egress!(transmission), { packet } = sent;
        if (!isData(packet)) return [sent];
        const size = l2tp.lengthOf(get16(packet, 0)) - 2;
        return [{ ...sent, packet: with16(packet, size, PAST) }];
      },
    },
  };
}

/** Puts octets behind what a test picks out. */
function appends(test: (packet: Uint8Array) => boolean, octets: number): L2tpOverrides {
  return {
    wire: {
      egress: (transmission) =>
        test(transmission.packet)
          ? [{
            ...transmission,
            packet: Uint8Array.of(...transmission.packet, ...new Uint8Array(octets)),
          }]
          : [transmission],
    },
  };
}

/** Whether a message is the second of a tunnel's beginning, of either role. */
const isReply = (packet: Uint8Array) =>
  [SCCCN, SCCRP].some((type) => type === messageTypeOf(packet));

/** Sends every second data message with another version, in which nobody understands it. */
function secondDataOf(version: number) {
  let count = 0;
  return (t: Transmission): Transmission[] => {
    const isSecond = isData(t.packet) && ++count % 2 === 0;
    const word = get16(t.packet, 0) & 0xfff0 | version;
    return [t, ...(isSecond ? [{ ...t, packet: with16(t.packet, 0, word) }] : [])];
  };
}

const MUTANTS = [
  ...mutantOfBoth("hello_of_version_3", "Sends HELLOs of version 3", "L2TP-128", {
    wire: {
      egress: (t) => [
        messageTypeOf(t.packet) === HELLO ? { ...t, packet: with16(t.packet, 0, 0xc803) } : t,
      ],
    },
  }, ["L2TP-071", "L2TP-073"]),
  ...mutantOfBoth(
    "data_of_version_3",
    "Sends every second data message again with version 3",
    "L2TP-128",
    {
      wire: { egress: secondDataOf(3) },
    },
  ),
  ...mutantOfBoth(
    "length_in_words",
    "Sends zero-length bodies with a Length that its datagram does not hold",
    "L2TP-098",
    {
      wire: {
        egress: (t) =>
          messageTypeOf(t.packet) === 0 && t.packet.length === l2tp.CONTROL_LENGTH
            ? [{ ...t, packet: with16(t.packet, 2, get16(t.packet, 2) + TOO_MANY) }]
            : [t],
      },
    },
  ),
  ...mutantOfBoth(
    "data_length_beyond",
    "Sends data with a Length beyond its datagram",
    "L2TP-098",
    dataLength(TOO_MANY),
  ),
  ...mutantOfBoth(
    "data_length_of_payload",
    "Counts the payload alone in the Length of data",
    "L2TP-098",
    headsData((header, payload) => ({
      ...l2tp.withLength(header, payload),
      length: payload,
    })),
  ),
  ...mutantOfBoth(
    "data_offset_beyond",
    "Sends data with an offset past its end",
    "L2TP-098",
    pastOffset(),
  ),
  ...mutantOfBoth(
    "data_reserved_bit",
    "Sets a reserved bit in the header of data",
    "L2TP-099",
    headsData((header) => ({ ...header, flags: header.flags | 0x0010 })),
  ),
  ...mutantOfBoth(
    "data_reserved_bits",
    "Sets the reserved bits beside S in the header of data",
    "L2TP-099",
    headsData((header) => ({ ...header, flags: header.flags | 0x3400 })),
  ),
  ...mutantOfBoth(
    "pads_datagrams",
    "Puts octets behind its second message that no Length counts",
    "L2TP-100",
    appends(isReply, 4),
  ),
  ...mutantOfBoth(
    "pads_data",
    "Puts octets behind data that has a Length",
    "L2TP-100",
    {
      wire: {
        egress(t) {
          const [counted] = dataLength(0).wire!.egress!(t);
          return isData(t.packet)
            ? [{ ...counted, packet: Uint8Array.of(...counted.packet, 0, 0, 0, 0) }]
            : [t];
        },
      },
    },
  ),
];

/** §3.1, as far as the headers of what is sent go. */
export const SENT_HEADERS = section("§3.1 L2TP Header Format: what is sent", PARTS, {
  mutants: MUTANTS,
});
