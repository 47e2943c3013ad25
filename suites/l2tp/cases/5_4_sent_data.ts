/** RFC 2661 §5.4 and RFC 1661 §6.6 over everything that is sent: numbers, copies and frames of data. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { avp, lcpRequest } from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, inconclusive } from "../../kit/verdict.ts";
import { judgeDataInCalls } from "../facts/data_order_rules.ts";
import { flowsOf, judgeDoubles, judgeFlows, judgeNumbers } from "../facts/flow_rules.ts";
import { Attribute } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { PINGED } from "./5_0_forwarded_data.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { numberedRequest } from "./data_steps.ts";
import { bothRules, bothScripts } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { isData } from "./packets.ts";

/** Identifier of an LCP request that nobody waits for. */
const EARLY = 200;

/** A call in which every data message has a number. */
const NUMBERED = bothScripts(({ role, tunnel, call }) => ({
  name: "data/numbered",
  title: "A call with numbered data",
  needs: ["sequencing"],
  config: role === "lac" ? { calls: [{ name: "call", sequencingRequired: true }] } : {},
  steps: [
    ...tunnel("a"),
    ...call("a", "a1", {}, { with: [avp(Attribute.sequencingRequired)] }),
    { do: "data_from", session: "a1" },
    ...[1, 2, 3, 4, 5].flatMap((id, i) => numberedRequest(id, i)),
  ],
}));

const PARTS: readonly Part[] = [
  { scenarios: [NUMBERED.lac, NUMBERED.lns], checks: [] },
  ...bothRules((role) => ({
    name: "data/numbers_sent",
    title: "The numbers of data grow by one with each message",
    covers: ["L2TP-113"],
    on: [NUMBERED[role]],
    subject: (conduct) => flowsOf(conduct, "numbered data", ({ sequenced }) => sequenced > 0),
    judge: (flows, { complete }) => judgeNumbers(flows, complete),
  })),
  ...bothRules((role) => ({
    name: "data/sent_once",
    title: "Each frame is sent in one data message",
    covers: ["L2TP-114"],
    on: [CONVERSATION[role]],
    subject: (conduct) => flowsOf(conduct),
    judge: (flows, { complete }) => judgeDoubles(flows, complete),
  })),
  ...bothRules((role) => ({
    name: "data/within_calls",
    title: "Data is sent only while its call is established",
    covers: ["L2TP-090"],
    on: [CONVERSATION[role]],
    subject: (conduct) => flowsOf(conduct),
    judge: (_, conduct) => judgeDataInCalls(conduct),
  })),
  ...bothRules((role) => ({
    name: "data/address_and_control",
    title: "LCP has address and control octets, and all else until it is agreed otherwise",
    covers: ["L2TP-115"],
    on: [CONVERSATION[role]],
    subject: (conduct) => flowsOf(conduct),
    judge: (flows) =>
      gravest(
        judgeFlows(flows, (conduct) =>
          conduct.faultOf("bareLcp"), "LCP behind FF 03 (RFC 1661 §6.6)"),
        judgeFlows(
          flows,
          (conduct) =>
            conduct.faultOf("bare"),
          "FF 03 in front of frames as long as no compression is agreed (RFC 1661 §6.6)",
        ),
      ),
  })),
  ...bothRules((role) => ({
    name: "data/protocol_field",
    title: "The Protocol field has two octets until it is agreed otherwise",
    covers: ["L2TP-136"],
    on: [PINGED[role]],
    subject: (conduct) => flowsOf(conduct),
    judge: (flows) =>
      judgeFlows(
        flows,
        (conduct) => conduct.faultOf("shortProtocol"),
        "a Protocol field of two octets as long as no compression is agreed (RFC 1661 §6.5)",
      ),
  })),
  ...bothRules((role) => ({
    name: "data/whole_frames",
    title: "PPP frames are sent whole, however long they are",
    covers: ["L2TP-137"],
    on: [PINGED[role]],
    subject: (conduct) => flowsOf(conduct),
    judge: (flows, { complete }) => {
      const cut = judgeFlows(
        flows,
        (conduct) => conduct.faultOf("cutFrame"),
        "frames as long as the packets in them say (RFC 1661 §5)",
      );
      // A client's frames may be what they are.
      return cut === undefined || complete ? cut : inconclusive("frames of a client are cut short");
    },
  })),
];

/** Sends LCP packets of some codes without address and control octets. */
function compresses(test: (code: number) => boolean): L2tpOverrides {
  return {
    l2tp: {
      leavingFrame(frame) {
        const [ff, ui, high, low, code] = frame;
        const isLcp = ff === 0xff && ui === 3 && high === 0xc0 && low === 0x21;
        return isLcp && test(code) ? frame.subarray(2) : frame;
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth("short_protocol", "Sends IPv4 with a Protocol field of one octet", "L2TP-136", {
    l2tp: {
      leavingFrame: (frame) =>
        frame[0] === 0xff && frame[2] === 0 ? Uint8Array.of(0xff, 3, ...frame.subarray(3)) : frame,
    },
  }),
  ...mutantOfBoth("bare_networks", "Sends all but LCP without FF 03", "L2TP-115", {
    l2tp: {
      leavingFrame: (frame) => frame[0] === 0xff && frame[2] !== 0xc0 ? frame.subarray(2) : frame,
    },
  }),
  ...mutantOfBoth("cuts_frames", "Sends 1024 octets of a frame at the most", "L2TP-137", {
    l2tp: { leavingFrame: (frame) => frame.slice(0, 1024) },
  }, ["L2TP-139"]),
  ...mutantOfBoth("data_numbered_twice", "Gives two data messages the same number", "L2TP-113", {
    wire: { egress: numbersAnew((count) => count >> 1) },
  }, { lac: ["L2TP-088"] }),
  ...mutantOfBoth("data_numbers_left_out", "Leaves every other number of data out", "L2TP-113", {
    wire: { egress: numbersAnew((count) => 2 * count) },
  }),
  ...mutantOfBoth("data_numbers_from_1", "Begins the numbers of data at 1", "L2TP-113", {
    wire: { egress: numbersAnew((count) => count + 1) },
  }),
  ...mutantOfBoth("data_sent_twice", "Sends every data message twice", "L2TP-114", {
    wire: { egress: (t) => isData(t.packet) ? [t, t] : [t] },
  }, ["L2TP-113", "L2TP-139", "L2TP-140"]),
  mutant(
    "lns",
    "talks_early",
    "Sends data before a call is connected",
    "L2TP-090",
    talksWith(MessageType.ICRP),
    ["L2TP-076", "L2TP-087"],
  ),
  mutant(
    "lac",
    "talks_early",
    "Sends data before it connects an outgoing call",
    "L2TP-090",
    talksWith(MessageType.OCRP),
  ),
  ...mutantOfBoth(
    "lcp_compressed",
    "Sends LCP without address and control octets",
    "L2TP-115",
    compresses(() => true),
  ),
  ...mutantOfBoth(
    "answers_compressed",
    "Sends answers to LCP requests without address and control octets",
    "L2TP-115",
    compresses((code) => code > 1),
  ),
];

/** Sends an LCP request right behind the message that takes a call. */
function talksWith(type: number): L2tpOverrides {
  return {
    wire: {
      egress(t) {
        if (messageTypeOf(t.packet) !== type) return [t];
        const ids = t.packet.subarray(4, 8), frame = Uint8Array.fromHex(lcpRequest(EARLY));
        return [t, { ...t, packet: Uint8Array.of(0, 2, ...ids, ...frame) }];
      },
    },
  };
}

/** Numbers data messages by another count of them. */
function numbersAnew(numberOf: (count: number) => number) {
  return (t: Parameters<NonNullable<NonNullable<L2tpOverrides["wire"]>["egress"]>>[0]) => {
    const { packet } = t;
    if (!isData(packet) || (packet[0] & 0x08) === 0) return [t];
    const at = (packet[0] & 0x40) !== 0 ? 8 : 6, changed = packet.slice();
    const ns = numberOf(packet[at] << 8 | packet[at + 1]) & 0xffff;
    changed[at] = ns >> 8;
    changed[at + 1] = ns & 0xff;
    return [{ ...t, packet: changed }];
  };
}

/** §5.4, what is sent. */
export const DATA_SENT = section("§5.4 Data that is sent", PARTS, { mutants: MUTANTS });
