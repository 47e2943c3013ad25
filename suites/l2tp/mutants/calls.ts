/** Mutants of groups H to J: calls, data, transport. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { CALL_RULES } from "../../../peers/l2tp/rules/call.ts";
import { SESSIONS } from "../../../peers/testing/l2tp_tester/script.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { both, type L2tpMutant, mutant } from "./make.ts";

const { SCCRP, CDN, StopCCN, WEN, SLI } = MessageType;
const ends = (packet: Uint8Array) => [CDN, StopCCN].some((t) => t === messageTypeOf(packet));
const isData = (packet: Uint8Array) => packet.length > 1 && (packet[0] & 0x80) === 0;
/** Loses what a test picks out. */
const loses = (test: (packet: Uint8Array) => boolean): L2tpOverrides => ({
  wire: { ingress: (packet) => test(packet) ? undefined : packet },
});

/** Sends a CDN behind whatever it sends after a StopCCN. */
function cdnAfterStop(): L2tpOverrides {
  let stopped = false;
  return {
    wire: {
      ingress(packet) {
        const type = messageTypeOf(packet);
        if (type > 0) stopped = type === StopCCN;
        return packet;
      },
      egress(transmission) {
        const { packet } = transmission;
        if (!stopped || messageTypeOf(packet) < 0) return [transmission];
        const cdn = new Uint8Array(20);
        cdn.set(packet.subarray(0, 12));
        cdn.set([0, 20], 2);
        cdn.set([0x80, 8, 0, 0, 0, 0, 0, CDN], 12);
        return [transmission, { ...transmission, packet: cdn }];
      },
    },
  };
}

/** Where Nr stands in a data message with sequence numbers. */
function dataNr(packet: Uint8Array): number {
  return get16(packet, 6 + 2 + ((packet[0] & 0x40) !== 0 ? 2 : 0));
}

/** The mutants, in the order of the requirements that they break. */
export const CALL_MUTANTS: readonly L2tpMutant[] = [
  mutant("lns", "no_calls", "Refuses every call", "L2TP-074", {
    l2tp: { mayOpenSession: () => false },
  }, [
    "L2TP-002",
    "L2TP-004",
    "L2TP-005",
    "L2TP-008",
    "L2TP-015",
    "L2TP-016",
    "L2TP-022",
    "L2TP-025",
    "L2TP-034",
    "L2TP-040",
    "L2TP-048",
    "L2TP-052",
    "L2TP-054",
    "L2TP-057",
    "L2TP-058",
    "L2TP-062",
    "L2TP-063",
    "L2TP-072",
    "L2TP-091",
    "L2TP-093",
    "L2TP-096",
    "L2TP-076",
  ]),
  mutant("lac", "no_last_message", "Never answers an ICRP", "L2TP-074", {
    l2tp: {
      callTransition: (table, state, event) =>
        state === "wait_reply" && event === "icrp" ? undefined : table[state][event],
    },
  }, [
    "L2TP-002",
    "L2TP-015",
    "L2TP-016",
    "L2TP-023",
    "L2TP-025",
    "L2TP-040",
    "L2TP-048",
    "L2TP-058",
    "L2TP-092",
    "L2TP-008",
    "L2TP-004",
    "L2TP-005",
    "L2TP-022",
    "L2TP-023",
    "L2TP-054",
    "L2TP-062",
    "L2TP-063",
  ]),
  mutant("lns", "refuses_silently", "Says nothing of a call that it refuses", "L2TP-075", {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === CDN && get16(t.packet, 6) === SESSIONS.a2 ? [] : [t],
    },
  }, ["L2TP-018", "L2TP-034", "L2TP-080"]),
  mutant(
    "lns",
    "calls_by_header_alone",
    "Loses a CDN with Session ID 0",
    "L2TP-076",
    loses((packet) => messageTypeOf(packet) === CDN && get16(packet, 6) === 0),
  ),
  mutant("lns", "forgiving_calls", "Ignores call messages that have no place", "L2TP-077", {
    l2tp: {
      callTransition(table, state, event) {
        const known = CALL_RULES.callTransition(table, state, event);
        const misplaced = event === "icrp" || event === "iccn";
        return misplaced && known?.actions.includes("send_cdn") ? undefined : known;
      },
    },
  }),
  ...both("answers_cdn", "Answers a CDN by a CDN", "L2TP-078", { l2tp: { answersCdn: true } }, [
    "L2TP-084",
  ]),
  ...both("cdn_with_stop", "Answers a StopCCN by a CDN", "L2TP-079", cdnAfterStop()),
  ...both(
    "known_results_only",
    "Loses a CDN or StopCCN with a result above 11",
    "L2TP-081",
    loses((packet) =>
      ends(packet) && avpsOf(packet).some((a) => a.type === 1 && get16(a.value, 0) > 11)
    ),
  ),
  mutant(
    "lns",
    "no_wen",
    "Loses every WEN",
    "L2TP-082",
    loses((packet) => messageTypeOf(packet) === WEN),
  ),
  mutant(
    "lac",
    "no_sli",
    "Loses every SLI",
    "L2TP-082",
    loses((packet) => messageTypeOf(packet) === SLI),
  ),
  ...both(
    "no_cause_code",
    "Loses a CDN with a Q.931 Cause Code",
    "L2TP-084",
    loses((packet) => messageTypeOf(packet) === CDN && avpsOf(packet).some((a) => a.type === 12)),
  ),
  ...both(
    "no_priority",
    "Loses data with P set",
    "L2TP-085",
    loses((packet) => isData(packet) && (packet[0] & 0x01) !== 0),
    ["L2TP-089"],
  ),
  ...both("ignores_offset", "Does not skip the offset", "L2TP-086", {
    l2tp: { skipsOffset: false },
  }, [
    "L2TP-085",
    "L2TP-089",
  ]),
  ...both("unnumbered", "Does not number data though it must", "L2TP-087", {
    l2tp: {
      numbersData: () => false,
      keepsToSequencingRequired: false,
    },
  }, { lac: ["L2TP-088"] }),
  mutant("lac", "own_numbering", "Numbers data as it likes", "L2TP-088", {
    l2tp: { sequencingAfter: (now) => now },
  }),
  ...both(
    "minds_nr_of_data",
    "Loses data with an Nr",
    "L2TP-089",
    loses((packet) => isData(packet) && (packet[0] & 0x08) !== 0 && dataNr(packet) !== 0),
  ),
  ...both("data_after_disconnect", "Goes on with data after a CDN", "L2TP-090", {
    l2tp: {
      callTransition: (table, state, event) => event === "cdn" ? undefined : table[state][event],
    },
  }, ["L2TP-029", "L2TP-076", "L2TP-078", "L2TP-081", "L2TP-084"]),
  mutant("lns", "replies_to_1701", "Replies to port 1701 whoever asks", "L2TP-091", {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === SCCRP && t.to !== undefined
          ? [{ ...t, to: { ...t.to, port: 1701 } }]
          : [t],
    },
  }),
  mutant("lac", "keeps_to_dialled_port", "Goes on with the port that it dialled", "L2TP-092", {
    l2tp: {
      remoteAfterSccrp: (dialled) => dialled,
      acceptsSource: () => true,
    },
  }),
  ...both("moves", "Follows a peer to any address", "L2TP-093", {
    l2tp: {
      acceptsSource: () => true,
      movesWithSource: true,
    },
  }),
  ...both("no_checksums", "Sends data without UDP checksums", "L2TP-094", {
    wire: { egress: (t) => isData(t.packet) ? [{ ...t, checksum: false }] : [t] },
  }),
  ...both("data_by_another_port", "Sends data from another port", "L2TP-095", {
    wire: { egress: (t) => isData(t.packet) ? [{ ...t, port: "spare" }] : [t] },
  }),
];
