/**
 * What people reported of L2TP in the field, as cases and mutants of rules that other sections state.
 * `docs/l2tp_field_bugs.md` lists each report with the mutant that stands for it.
 */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import type { More } from "../../../peers/testing/l2tp_tester/steps.ts";
import {
  acknowledged,
  avp,
  call,
  expect,
  lcp,
  open,
  send,
  talk,
  talkInVain,
  text,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { type Conversation, seen } from "../facts/conversation.ts";
import { avpOf, type ControlMessage, type MessageTest } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { ignoresBehindCdn } from "./endings.ts";
import { both } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { has, isData, loses, opensWitness, withAvps } from "./packets.ts";
import { restartsAfter } from "./restarts.ts";

const { SCCCN, StopCCN, ICRQ, ICRP, ICCN, OCRQ, OCCN, CDN } = MessageType;
/** Attributes by number: a vendor's name, a Q.931 cause, numbers, and one that nobody defines. */
const VENDOR_NAME = 8, CAUSE = 12, CALLED = 21, CALLING = 22, UNKNOWN = 1000;
/** Letters of a number or of the text of a cause, and how many a single octet counts. */
const LONG = 300, OCTET = 255;

/** Milliseconds in which a call that was ended may still answer. */
const LATE = 1000;
/** Identifier of the request that comes before its call: no other case asks by it. */
const EARLY = 91;

const optional = (type: number, value: string) => avp(type, value, { m: false });
const isLong = (type: number): MessageTest => (m) => (avpOf(m, type)?.value.length ?? 0) > OCTET;
const holds = (type: number): MessageTest => (m) => avpOf(m, type) !== undefined;

/** A case in which a CDN has an AVP that must not matter: it ends its call like any other. */
function endsACall(
  part: { name: string; title: string; covers: readonly ["L2TP-016" | "L2TP-084"] },
  more: More,
  isMeant: MessageTest,
): readonly Part[] {
  return both(({ tunnel, call }) => ({
    ...part,
    calls: [2],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 1),
      // Another call first, by a CDN without more.
      ...call("a", "a2"),
      ...talk("a", "a2", 3),
      send("CDN", "a", { session: "a2", ifAssigned: true }),
      acknowledged("a"),
      wait(LATE),
      ...talkInVain("a", "a2", 4),
      send("CDN", "a", { session: "a1", ...more }),
      acknowledged("a"),
      // PPP may take its time to end.
      wait(LATE),
      ...talkInVain("a", "a1", 2),
    ],
    stimulus: (c) =>
      c.needsCall("a", "a1") ?? c.connectsCalls() ?? c.needsLcp(1, 2) ??
        seen(c.sent("a", CDN, isMeant)[0], "such CDN"),
    judge: (c: Conversation, cdn: ControlMessage) =>
      gravest(c.acknowledges(cdn, "a"), ignoresBehindCdn(c, 2, 4)),
  }));
}

const PARTS: readonly Part[] = [
  ...endsACall(
    {
      name: "avps/unknown_optional_of_cdn",
      title: "A CDN with an unknown optional AVP ends its call like any other",
      covers: ["L2TP-016"],
    },
    { with: [optional(UNKNOWN, "cafe")] },
    holds(UNKNOWN),
  ),
  ...endsACall(
    {
      name: "sessions/long_cause",
      title: "A CDN whose Q.931 cause has a text of 300 letters ends its call like any other",
      covers: ["L2TP-084"],
    },
    { with: [avp(CAUSE, "001000" + text("x".repeat(LONG)))] },
    isLong(CAUSE),
  ),
  benchCase({
    name: "sessions/long_numbers",
    title: "A call whose numbers have 300 digits is established like any other",
    covers: ["L2TP-074"],
    role: "lns",
    steps: [
      ...open("a"),
      ...call("a", "a1", {
        with: [CALLED, CALLING].map((type) => avp(type, text("5".repeat(LONG)))),
      }),
    ],
    stimulus: (c) =>
      c.needs("a") ?? seen(c.sent("a", ICRQ, isLong(CALLING))[0], "ICRQ with a long number"),
    judge: (c, icrq) => c.aliveCall("a", "a1", icrq),
  }),
  ...both(({ role, tunnel }) => ({
    name: "data/before_its_call",
    title: "Data that comes before its call is established does no harm",
    covers: ["L2TP-090"],
    steps: [
      ...tunnel("a"),
      ...(role === "lns" ? [send("ICRQ", "a", { session: "a1" })] : []),
      expect(role === "lns" ? "ICRP" : "ICRQ", "a"),
      lcp("a", "a1", EARLY),
      wait(100),
      send(role === "lns" ? "ICCN" : "ICRP", "a", { session: "a1", ifAssigned: true }),
      role === "lns" ? acknowledged("a") : expect("ICCN", "a"),
    ],
    stimulus(c) {
      const early = c.lcpRequest(EARLY);
      const last = c.sent("a", role === "lns" ? ICCN : ICRP)[0];
      const ended = c.tester.some(({ type }) => type === CDN || type === StopCCN);
      const granted = role === "lac" || c.got("a", ICRP).length > 0;
      return c.needs("a") ?? c.connectsCalls() ??
        (granted ? undefined : inconclusive("the device did not grant the call")) ??
        (early === undefined || last === undefined || ended || !isAfter(last, early)
          ? inconclusive(
            "no data of the tester was captured before a call that is then established",
          )
          : early);
    },
    judge: (c, early) => gravest(c.survives(early), c.aliveCall("a", "a1", early)),
  })),
  ...both(({ role, tunnel, call }) => ({
    name: "avps/optional_of_another_message",
    title: "An optional AVP that belongs into another message is ignored",
    covers: ["L2TP-016"],
    steps: [
      ...tunnel("a", {}, { with: [optional(VENDOR_NAME, text("somebody"))] }),
      ...call("a", "a1", role === "lac" ? { with: [optional(VENDOR_NAME, text("somebody"))] } : {}),
    ],
    stimulus: (c) =>
      c.takesPart() ??
        seen(c.sent("a", role === "lac" ? ICRP : SCCCN, holds(VENDOR_NAME))[0], "such message"),
    judge: (c, odd) => gravest(c.alive("a", odd), c.aliveCall("a", "a1", odd)),
  })),
];

/** Says the octets of a StopCCN's Result Code in the other order. */
const SWAPPED: L2tpOverrides = {
  wire: {
    egress(t) {
      if (messageTypeOf(t.packet) !== StopCCN) return [t];
      const avps = avpsOf(t.packet).map((one) => {
        const [high, low, ...rest] = one.value;
        return one.type === 1 ? { ...one, value: Uint8Array.of(low, high, ...rest) } : one;
      });
      return [{ ...t, packet: withAvps(t.packet, avps) }];
    },
  },
};

/** Whether a message of a type has an AVP with more octets than these. */
const carriesLong = (message: number, type: number) => (packet: Uint8Array) =>
  messageTypeOf(packet) === message &&
  avpsOf(packet).some((one) => one.type === type && one.value.length > OCTET);

/** Takes data before its call is connected for a control message, and dies of it. */
function takesDataForControl(...connects: readonly number[]): L2tpOverrides {
  const connected = new Set<number>();
  return restartsAfter((packet) => {
    if (opensWitness(packet)) connected.clear();
    if (connects.includes(messageTypeOf(packet))) connected.add(get16(packet, 4));
    const at = (packet[0] & 0x40) !== 0 ? 4 : 2;
    return isData(packet) && packet.length > 6 && !connected.has(get16(packet, at));
  });
}

const MUTANTS = [
  ...mutantOfBoth(
    "cdn_with_unknown",
    "Loses a CDN with an AVP that it does not know",
    "L2TP-016",
    loses((packet) => messageTypeOf(packet) === CDN && has(packet, UNKNOWN)),
    ["L2TP-090"],
  ),
  ...mutantOfBoth(
    "short_cause",
    "Loses a CDN whose cause has a text of more than 255 octets",
    "L2TP-084",
    loses(carriesLong(CDN, CAUSE)),
    ["L2TP-090"],
  ),
  ...mutantOfBoth(
    "dies_of_long_cause",
    "Dies of a CDN whose cause has a text of more than 255 octets, and is restarted",
    "L2TP-084",
    restartsAfter(carriesLong(CDN, CAUSE)),
  ),
  mutant(
    "lns",
    "short_numbers",
    "Loses an ICRQ whose Calling Number has more than 255 octets",
    "L2TP-074",
    loses(carriesLong(ICRQ, CALLING)),
  ),
  mutant(
    "lns",
    "dies_of_long_number",
    "Dies of a Calling Number of more than 255 octets, and is restarted",
    "L2TP-074",
    restartsAfter(carriesLong(ICRQ, CALLING)),
  ),
  mutant(
    "lns",
    "scccn_with_more",
    "Loses an SCCCN with an AVP that belongs into an SCCRQ",
    "L2TP-016",
    loses((packet) => messageTypeOf(packet) === SCCCN && has(packet, VENDOR_NAME)),
  ),
  mutant(
    "lac",
    "icrp_with_more",
    "Loses an ICRP with an AVP that belongs into an SCCRP",
    "L2TP-016",
    loses((packet) => messageTypeOf(packet) === ICRP && has(packet, VENDOR_NAME)),
  ),
  ...mutantOfBoth(
    "stop_result_swapped",
    "Sends the Result Codes of StopCCNs with their octets in the other order",
    "L2TP-105",
    SWAPPED,
    [
      ...["L2TP-017", "L2TP-021", "L2TP-023", "L2TP-024", "L2TP-034", "L2TP-038"] as const,
      ...["L2TP-043", "L2TP-044", "L2TP-051", "L2TP-096"] as const,
    ],
  ),
  mutant(
    "lns",
    "early_data_kills",
    "Takes data before its call for control, dies of it, and is restarted",
    "L2TP-090",
    takesDataForControl(ICCN, OCCN),
    ["L2TP-011"],
  ),
  mutant(
    "lac",
    "early_data_kills",
    "Takes data before its call for control, dies of it, and is restarted",
    "L2TP-090",
    takesDataForControl(ICRP, OCRQ),
    ["L2TP-011"],
  ),
];

/** Faults that were reported, of rules that stand elsewhere. */
export const REPORTED_FAULTS = section("Faults that were reported in the field", PARTS, {
  mutants: MUTANTS,
});
