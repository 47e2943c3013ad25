/** Mutants of groups E to G: control connections, delivery, HELLO. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { CONTROL_CONNECTION_RULES } from "../../../peers/l2tp/rules/control_connection.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { both, type L2tpMutant, mutant } from "./make.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO } = MessageType;
const NS = 8, NR = 10;

/** Sends messages of a type with another number in the header. */
function renumbered(type: number, at: number, value: number): L2tpOverrides {
  return {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === type ? [{ ...t, packet: with16(t.packet, at, value) }] : [t],
    },
  };
}

/** Does nothing where the state table asks for a StopCCN. */
const FORGIVING: L2tpOverrides = {
  l2tp: {
    controlTransition(state, event) {
      const known = CONTROL_CONNECTION_RULES.controlTransition(state, event);
      const misplaced = event === "sccrq" || event === "sccrp" || event === "scccn";
      return misplaced && known?.actions.includes("send_stop_ccn") ? undefined : known;
    },
  },
};

/** Takes every SCCRQ for a new one. */
function neverKnown(): L2tpOverrides {
  let count = 0;
  return { l2tp: { sccrqKey: () => `${count++}` } };
}

const begins = (packet: Uint8Array) => messageTypeOf(packet) === SCCRQ;

/** Falls silent once it has sent more HELLOs than four since it got one, until a tunnel is asked for. */
function mutual(): L2tpOverrides {
  let unanswered = 0;
  return {
    wire: {
      ingress(packet) {
        const hello = messageTypeOf(packet) === HELLO && unanswered <= 4;
        if (hello || begins(packet)) unanswered = 0;
        return packet;
      },
      egress(transmission) {
        if (messageTypeOf(transmission.packet) === HELLO) unanswered++;
        if (begins(transmission.packet)) unanswered = 0;
        return unanswered > 4 ? [] : [transmission];
      },
    },
  };
}

/** Is deaf once a peer has acknowledged far more than was sent, until a tunnel is asked for. */
function confused(): L2tpOverrides {
  let lost = false;
  return {
    wire: {
      ingress(packet) {
        lost = !begins(packet) &&
          (lost || messageTypeOf(packet) === HELLO && get16(packet, NR) === 100);
        return lost ? undefined : packet;
      },
      egress(transmission) {
        lost &&= !begins(transmission.packet);
        return [transmission];
      },
    },
  };
}

/** The mutants, in the order of the requirements that they break. */
export const TUNNEL_MUTANTS: readonly L2tpMutant[] = [
  mutant(
    "lns",
    "reply_acknowledges_nothing",
    "Sends its SCCRP with Nr 0",
    "L2TP-042",
    renumbered(SCCRP, NR, 0),
  ),
  mutant(
    "lac",
    "last_acknowledges_nothing",
    "Sends its SCCCN with Nr 0",
    "L2TP-042",
    renumbered(SCCCN, NR, 0),
  ),
  ...both("revision_1", "Tells revision 1 of the protocol", "L2TP-043", {
    l2tp: { protocolVersion: { version: 1, revision: 1 } },
  }),
  mutant("lns", "other_highest", "Tells version 3 as its highest one", "L2TP-043", {
    l2tp: { versionFault: { result: 5, error: 3 } },
  }),
  mutant("lac", "any_protocol", "Takes any version of the protocol", "L2TP-044", {
    l2tp: { acceptsProtocolVersion: () => true },
  }),
  mutant("lns", "forgiving", "Ignores messages that have no place", "L2TP-045", FORGIVING),
  mutant("lac", "forgiving", "Ignores messages that have no place", "L2TP-046", FORGIVING),
  mutant("lns", "one_tunnel_for_a_port", "Knows one tunnel of an address and port", "L2TP-048", {
    l2tp: { sccrqKey: ({ address, port }) => `${address} ${port}` },
  }, [
    "L2TP-002",
    "L2TP-007",
    "L2TP-010",
    "L2TP-011",
    "L2TP-014",
    "L2TP-017",
    "L2TP-019",
    "L2TP-020",
    "L2TP-021",
    "L2TP-023",
    "L2TP-025",
    "L2TP-027",
    "L2TP-032",
    "L2TP-035",
    "L2TP-038",
    "L2TP-043",
    "L2TP-045",
    "L2TP-047",
    "L2TP-049",
    "L2TP-051",
    "L2TP-070",
    "L2TP-071",
    "L2TP-077",
  ]),
  mutant("lac", "one_identifier", "Assigns one identifier to all", "L2TP-048", {
    l2tp: { assignsId: () => 0x1111 },
  }, [
    "L2TP-008",
    "L2TP-017",
    "L2TP-018",
    "L2TP-027",
    "L2TP-032",
    "L2TP-034",
    "L2TP-038",
    "L2TP-047",
    "L2TP-058",
    "L2TP-063",
    "L2TP-065",
    "L2TP-096",
  ]),
  ...both("default_window_of_8", "Takes the window for 8 where none is told", "L2TP-049", {
    l2tp: { sendWindow: (told) => told ?? 8 },
  }),
  ...both("window_of_zero", "Takes a window of 0", "L2TP-023", {
    l2tp: { acceptsWindow: () => true },
  }),
  mutant("lns", "stopped_by_header_alone", "Loses a StopCCN with Tunnel ID 0", "L2TP-050", {
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === StopCCN && get16(packet, 4) === 0 ? undefined : packet,
    },
  }),
  mutant("lac", "expects_a_reply", "Loses a StopCCN in the place of the SCCRP", "L2TP-050", {
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === StopCCN && get16(packet, NS) === 0 ? undefined : packet,
    },
  }),
  ...both("stops_another", "Names another tunnel in its StopCCN", "L2TP-050", {
    l2tp: { stopCcnTunnelId: (assigned) => assigned ^ 1 },
  }),
  ...both(
    "zero_length_ns",
    "Sends zero-length bodies with Ns 0",
    "L2TP-053",
    renumbered(0, NS, 0),
    { lns: ["L2TP-042"] },
  ),
  ...both("zero_length_body_counts", "Lets a zero-length body move Nr", "L2TP-054", {
    l2tp: { zlbMovesNr: true },
  }, {
    lac: [
      "L2TP-002",
      "L2TP-004",
      "L2TP-005",
      "L2TP-008",
      "L2TP-015",
      "L2TP-017",
      "L2TP-022",
      "L2TP-025",
      "L2TP-027",
      "L2TP-032",
      "L2TP-034",
      "L2TP-038",
      "L2TP-040",
      "L2TP-041",
      "L2TP-048",
      "L2TP-058",
      "L2TP-063",
      "L2TP-074",
      "L2TP-092",
    ],
    lns: ["L2TP-048", "L2TP-052", "L2TP-057", "L2TP-076", "L2TP-080"],
  }),
  ...both("silent_on_duplicates", "Does not acknowledge duplicates", "L2TP-055", {
    l2tp: { acknowledgesDuplicate: false },
  }, ["L2TP-069"]),
  ...both("processes_duplicates", "Processes duplicates again", "L2TP-055", {
    l2tp: { processesDuplicate: true },
  }, { lns: ["L2TP-057"] }),
  mutant("lns", "new_number", "Sends a message again with another Ns", "L2TP-056", {
    l2tp: { retransmittedNs: (ns) => (ns + 1) & 0xffff },
  }, ["L2TP-047", "L2TP-059", "L2TP-060"]),
  mutant("lns", "new_tunnel_each_time", "Makes a tunnel of every SCCRQ", "L2TP-057", neverKnown()),
  ...both("as_they_come", "Processes messages as they come", "L2TP-058", {
    l2tp: { delivers: () => true },
  }, [
    "L2TP-055",
    "L2TP-057",
  ]),
  ...both("old_nr", "Sends a message again with the Nr of before", "L2TP-059", {
    l2tp: { retransmittedNr: (_, first) => first },
  }),
  ...both("every_second", "Sends again every second", "L2TP-060", {
    l2tp: { interval: (_, first) => first },
  }),
  ...both(
    "never_gives_up",
    "Never gives a peer up",
    "L2TP-061",
    { l2tp: { givesUp: () => false } },
    [
      "L2TP-073",
    ],
  ),
  ...both("wraps_early", "Lets numbers wrap at 65534", "L2TP-062", {
    l2tp: { nextNs: (ns) => (ns + 1) % 0xffff },
  }),
  ...both("confused", "Is deaf once an Nr is beyond anything sent", "L2TP-063", confused()),
  ...both("ignores_window", "Sends as if the window had no end", "L2TP-064", {
    l2tp: { inFlightLimit: (cwnd) => cwnd + 8 },
  }, ["L2TP-049", "L2TP-065", "L2TP-066"]),
  ...both("window_of_two", "Uses no window of more than 2", "L2TP-065", {
    l2tp: { sendWindow: (told) => Math.min(told ?? 4, 2) },
  }),
  ...both("withholds", "Takes no HELLO once it had eight messages", "L2TP-067", {
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === HELLO && get16(packet, NS) > 7 && get16(packet, NS) < 100
          ? undefined
          : packet,
    },
  }),
  ...both("answers_zero_length", "Answers zero-length bodies", "L2TP-068", {
    l2tp: { answersZlb: true },
  }),
  ...both("forgets_at_once", "Forgets a tunnel with its StopCCN", "L2TP-069", {
    l2tp: { retention: () => 0 },
  }),
  ...both("deaf_to_hello", "Loses every HELLO", "L2TP-070", {
    wire: { ingress: (packet) => messageTypeOf(packet) === HELLO ? undefined : packet },
  }, [
    "L2TP-016",
    "L2TP-017",
    "L2TP-019",
    "L2TP-020",
    "L2TP-051",
    "L2TP-054",
    "L2TP-059",
    "L2TP-063",
    "L2TP-067",
    "L2TP-068",
    "L2TP-071",
    "L2TP-072",
    "L2TP-093",
    "L2TP-010",
  ]),
  ...both("hello_of_a_session", "Sends HELLO with a Session ID", "L2TP-070", {
    l2tp: { helloSessionId: 1 },
  }),
  ...both("expects_hello", "Falls silent after four HELLOs without one", "L2TP-072", mutual()),
  ...both("sends_no_hello", "Sends no HELLO", "L2TP-073", { l2tp: { helloAfter: () => 0 } }, [
    "L2TP-071",
  ]),
];
