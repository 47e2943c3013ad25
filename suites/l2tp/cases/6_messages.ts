/** RFC 2661 §6: what each message carries, and how WEN and SLI are taken. */
import type { Avp } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import {
  accept,
  acknowledged,
  call,
  expect,
  open,
  send,
  take,
  talk,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import { bodiesOf, judgeGrammar, messagesOf } from "../facts/conduct_rules.ts";
import { type Conversation, seen } from "../facts/conversation.ts";
import { Attribute, carries } from "../facts/message.ts";
import {
  avpBitsFault,
  missingAvpFault,
  needlessMandatoryFault,
  reservedFieldsFault,
} from "../facts/grammar_rules.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { conductRule, type Part, scripted, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { both, bothRules, calls } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { changesAvps, loses } from "./packets.ts";

const { StopCCN, CDN, WEN, SLI } = MessageType;
const { framingCapabilities, hostName, vendorName, proxyAuthenId, callErrors, accm } = Attribute;
/** Framing and bearer, as capabilities and as types. */
const CAPABILITIES = [3, 4, 18, 19];

/** An LNS that tells by SLI what LCP came to. */
const TELLS_LINK_INFO = scripted({
  name: "avps/reserved_fields",
  title: "The reserved octets of the ACCM that an SLI tells are zero",
  role: "lns",
  needs: ["set_link_info"],
  config: { setLinkInfo: true },
  steps: [
    ...open("a"),
    ...call("a", "a1"),
    { do: "lcp", tunnel: "a", session: "a1" },
    expect("SLI", "a"),
  ],
});

/** A LAC that tells by its ICCN of an authentication. */
const TELLS_PROXY = scripted({
  name: "avps/reserved_fields",
  title: "The reserved octet of a Proxy Authen ID is zero",
  role: "lac",
  config: { calls: [{ name: "call", proxy: "chap", ppp: { name: "user", password: "secret" } }] },
  steps: [...accept("a"), ...take("a", "a1")],
});

/** A LAC that tells by WEN of errors. */
export const TELLS_ERRORS: Scenario = scripted({
  name: "avps/reserved_call_errors",
  title: "The reserved octets of the Call Errors that a WEN tells are zero",
  role: "lac",
  needs: ["wan_errors"],
  config: calls(1),
  steps: [
    ...accept("a"),
    ...take("a", "a1"),
    { do: "mark", event: "connected" },
    expect("WEN", "a"),
  ],
  async run(driver) {
    await driver.event("tester", "connected", 30_000);
    await driver.instruct("device", { kind: "wen", crcErrors: 7 });
  },
});

const PARTS: readonly Part[] = [
  ...bothRules((role) => ({
    name: "avps/required",
    title: "Every message has the AVPs that must be present",
    covers: ["L2TP-024"],
    on: [CONVERSATION[role]],
    subject: (conduct) => bodiesOf(conduct),
    judge: (messages) => judgeGrammar(messages, missingAvpFault),
  })),
  ...bothRules((role) => ({
    name: "avps/bits",
    title: "Every AVP has the M bit that its definition sets, and is hidden only where it may be",
    covers: ["L2TP-026"],
    on: [CONVERSATION[role]],
    subject: (conduct) => bodiesOf(conduct),
    judge: (messages) => judgeGrammar(messages, avpBitsFault),
  })),
  ...bothRules((role) => ({
    name: "avps/needless_mandatory",
    title: "No AVP has an M bit that its definition leaves clear",
    covers: ["L2TP-123"],
    on: [CONVERSATION[role]],
    subject: (conduct) => bodiesOf(conduct),
    judge: (messages) => judgeGrammar(messages, needlessMandatoryFault),
  })),
  ...bothRules((role) => ({
    name: "avps/reserved_capabilities",
    title: "The reserved bits of what is sent about framing and bearers are zero",
    covers: ["L2TP-028"],
    on: [CONVERSATION[role]],
    subject: (conduct) =>
      messagesOf(
        conduct,
        "word about framing or bearers",
        ({ avps }) => avps.some(({ type, vendor }) => vendor === 0 && CAPABILITIES.includes(type)),
      ),
    judge: (messages) => judgeGrammar(messages, reservedFieldsFault(...CAPABILITIES)),
  })),
  { scenarios: [TELLS_LINK_INFO, TELLS_PROXY, TELLS_ERRORS], checks: [] },
  conductRule({
    role: "lns",
    name: "avps/reserved_fields",
    title: TELLS_LINK_INFO.title,
    covers: ["L2TP-028"],
    on: [TELLS_LINK_INFO],
    subject: (conduct) => messagesOf(conduct, "ACCM", carries(accm)),
    judge: (messages) => judgeGrammar(messages, reservedFieldsFault(accm)),
  }),
  conductRule({
    role: "lac",
    name: "avps/reserved_fields",
    title: TELLS_PROXY.title,
    covers: ["L2TP-028"],
    on: [TELLS_PROXY],
    subject: (conduct) => messagesOf(conduct, "Proxy Authen ID", carries(proxyAuthenId)),
    judge: (messages) => judgeGrammar(messages, reservedFieldsFault(proxyAuthenId)),
  }),
  conductRule({
    role: "lac",
    name: "avps/reserved_call_errors",
    title: TELLS_ERRORS.title,
    covers: ["L2TP-028"],
    on: [TELLS_ERRORS],
    subject: (conduct) => messagesOf(conduct, "Call Errors", carries(callErrors)),
    judge: (messages) => judgeGrammar(messages, reservedFieldsFault(callErrors)),
  }),
  ...both(({ role, tunnel, call }) => {
    const [type, what] = role === "lns" ? [WEN, "A WEN"] : [SLI, "An SLI"];
    return {
      name: role === "lns" ? "sessions/wan_error_notify" : "sessions/set_link_info",
      title: `${what} is acknowledged and the session goes on`,
      covers: ["L2TP-082"],
      steps: [
        ...tunnel("a"),
        ...call("a", "a1"),
        ...talk("a", "a1", 1),
        send(type, "a", { session: "a1" }),
        acknowledged("a"),
        ...talk("a", "a1", 2),
      ],
      stimulus: (c) =>
        c.needsCall("a", "a1") ?? c.needsLcp(1, 2) ?? endsNoCall(c) ??
          seen(c.sent("a", type)[0], `${what.split(" ")[1]} of the tester`),
      judge: (c, stimulus) =>
        gravest(
          c.acknowledges(stimulus, "a"),
          c.never(stimulus, "neither CDN nor StopCCN", (m) => m.type === CDN || m.type === StopCCN),
          c.answersLcp("a", "a1", 2),
        ),
    };
  }),
];

/** That the tester ends no call: one that has ended answers nothing. */
function endsNoCall(c: Conversation): Inconclusive | undefined {
  return c.sent("a", CDN).length === 0 ? undefined : inconclusive("the tester ended a call");
}

/** Sets the first octet of a value, wherever the attribute is sent. */
function fills(type: number): L2tpOverrides {
  return changesAvps((record: Avp) => {
    if (record.type !== type) return record;
    const value = record.value.slice();
    value[0] = 0x80;
    return { ...record, value };
  });
}

const MUTANTS = [
  ...mutantOfBoth("no_framing_capabilities", "Leaves Framing Capabilities out", "L2TP-024", {
    l2tp: { avps: (_, avps) => avps.filter(({ type }) => type !== framingCapabilities) },
  }),
  ...mutantOfBoth(
    "mandatory_vendor_name",
    "Sends the Vendor Name with M set",
    "L2TP-123",
    changesAvps((record) => record.type === vendorName ? { ...record, mandatory: true } : record),
  ),
  ...mutantOfBoth(
    "optional_host_name",
    "Sends the Host Name with M clear",
    "L2TP-026",
    changesAvps((record) => record.type === hostName ? { ...record, mandatory: false } : record),
  ),
  mutant("lac", "reserved_octet", "Fills the reserved octet of Proxy Authen ID", "L2TP-028", {
    l2tp: { proxyAuthenIdReserved: 1 },
  }),
  ...mutantOfBoth(
    "fills_capabilities",
    "Fills reserved bits of Framing Capabilities",
    "L2TP-028",
    fills(framingCapabilities),
  ),
  mutant(
    "lac",
    "fills_call_errors",
    "Fills the reserved octets of Call Errors",
    "L2TP-028",
    fills(callErrors),
  ),
  mutant("lns", "fills_accm", "Fills the reserved octets of the ACCM", "L2TP-028", fills(accm)),
  mutant(
    "lns",
    "no_wen",
    "Loses every WEN",
    "L2TP-082",
    loses((packet) => messageTypeOf(packet) === WEN),
    // One with an AVP that must be known ends no call.
    ["L2TP-018"],
  ),
  mutant(
    "lac",
    "no_sli",
    "Loses every SLI",
    "L2TP-082",
    loses((packet) => messageTypeOf(packet) === SLI),
    ["L2TP-018"],
  ),
];

/** §6. */
export const MESSAGES = section("§6 Control Connection Protocol Specification", PARTS, {
  mutants: MUTANTS,
});
