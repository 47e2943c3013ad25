/** RFC 2661 §4.4: values that belong together, or follow from what the other end said. */
import { type Avp, withLength } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { put32 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { accept, avp, open, take } from "../../../peers/testing/l2tp_tester/steps.ts";
import { inconclusive } from "../../kit/verdict.ts";
import {
  challengeBefore,
  judgeBearers,
  judgeChallenged,
  judgeErrorNotices,
  judgeSerials,
} from "../facts/call_value_rules.ts";
import { judgeGrammar, messagesOf } from "../facts/conduct_rules.ts";
import type { Conduct } from "../facts/control_facts.ts";
import { Attribute } from "../facts/message.ts";
import { proxiesLcp, proxyContentFault } from "../facts/proxy_rules.ts";
import { proxiesAuthentication, proxyAuthenFault } from "../facts/result_rules.ts";
import { TELLS_ERRORS } from "./6_messages.ts";
import { SECRET } from "./authentication_attempts.ts";
import { conductRule, type Part, scripted, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { bothRules, bothScripts } from "./ends.ts";
import { changesAvps } from "./packets.ts";
import { again, inserts } from "./insertions.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { dials, place, ready } from "./outgoing_steps.ts";

const { ICRQ, OCRQ, WEN } = MessageType;
const { bearerCapabilities, bearerType, challenge } = Attribute;
const AUTHEN_TYPE = 29, AUTHEN_CHALLENGE = 31, AUTHEN_ID = 32, AUTHEN_RESPONSE = 33;

/** A LAC that tells by its ICCN of an authentication of this kind. */
const proxies = (proxy: "chap" | "pap") =>
  scripted({
    name: `proxy/tells_${proxy}`,
    title: `A LAC tells what it came to with its client by ${proxy.toUpperCase()}`,
    role: "lac",
    needs: ["proxy"],
    config: { calls: [{ name: "call", proxy, ppp: { name: "user", password: "secret" } }] },
    steps: [...accept("a"), ...take("a", "a1")],
  });

const CHAP = proxies("chap"), PAP = proxies("pap");

/** An LNS that asks a LAC for two calls, which can place digital ones alone. */
const DIGITAL_CALLS = scripted({
  name: "outgoing/digital",
  title: "An LNS asks for two calls of a LAC that can place digital ones alone",
  role: "lns",
  needs: ["outgoing_calls"],
  steps: [
    ...open("a", { without: [bearerCapabilities], with: [avp(bearerCapabilities, "00000001")] }),
    ready("first"),
    ...place("a", "a1"),
    ready("second"),
    ...place("a", "a2"),
  ],
  run: dials(["first", {}], ["second", {}]),
});

/** A device that is challenged, and challenges nobody. */
const CHALLENGED = bothScripts((end) => ({
  name: "authentication/challenged",
  title: "A device is challenged",
  needs: ["authentication"],
  config: { secret: SECRET, authenticate: false },
  steps: end.tunnel("a", { with: [avp(challenge, "0011223344556677")] }),
}));

/** Requests for calls, of which two say something of their serial numbers. */
const requests = (conduct: Conduct) =>
  messagesOf(conduct, "request for a call", ({ type }) => type === ICRQ || type === OCRQ);

const PARTS: readonly Part[] = [
  {
    scenarios: [CHAP, PAP, DIGITAL_CALLS, CHALLENGED.lac, CHALLENGED.lns],
    checks: [],
  },
  conductRule({
    role: "lac",
    name: "proxy/authentication_avps",
    title: "Beside a Proxy Authen Type stand the AVPs that it needs",
    covers: ["L2TP-108"],
    on: [CHAP, PAP],
    subject: (conduct) => messagesOf(conduct, "proxied authentication", proxiesAuthentication),
    judge: (messages) => judgeGrammar(messages, proxyAuthenFault),
  }),
  conductRule({
    role: "lac",
    name: "proxy/content",
    title: "What is told of LCP are its options, and what proves the client fits them",
    covers: ["L2TP-143"],
    on: [CHAP, PAP],
    subject: (conduct) => messagesOf(conduct, "proxied LCP", proxiesLcp),
    judge: (messages) => judgeGrammar(messages, proxyContentFault),
  }),
  ...bothRules((role) => ({
    name: "sessions/serial_numbers",
    title: "Call Serial Numbers grow from call to call",
    covers: ["L2TP-110"],
    on: [role === "lac" ? CONVERSATION.lac : DIGITAL_CALLS],
    subject: requests,
    judge: (_, conduct) => judgeSerials(conduct),
  })),
  conductRule({
    role: "lns",
    name: "outgoing/bearer_type",
    title: "An OCRQ asks for bearers that the LAC told of alone",
    covers: ["L2TP-111"],
    on: [DIGITAL_CALLS],
    subject: (conduct) => messagesOf(conduct, "OCRQ", ({ type }) => type === OCRQ),
    judge: (_, conduct) => judgeBearers(conduct),
  }),
  ...bothRules((role) => ({
    name: "authentication/challenge_answered",
    title: "A Challenge is answered in the next message",
    covers: ["L2TP-112"],
    on: [CHALLENGED[role]],
    subject({ ends }) {
      const found = ends.flatMap(({ messages, peer }) =>
        messages.filter((m) => challengeBefore(m, peer.messages) !== undefined)
      );
      return found.length > 0 ? found : inconclusive("no message behind a Challenge was captured");
    },
    judge: (_, conduct) => judgeChallenged(conduct),
  })),
  conductRule({
    role: "lac",
    name: "sessions/wan_error_interval",
    title: "WENs of a call are a minute apart",
    covers: ["L2TP-122"],
    on: [TELLS_ERRORS],
    subject: (conduct) => messagesOf(conduct, "WEN", ({ type }) => type === WEN),
    judge: (_, conduct) => judgeErrorNotices(conduct),
  }),
];

/** Leaves attributes out of ICCNs. */
function leavesOut(...types: readonly number[]): L2tpOverrides {
  return {
    l2tp: {
      avps: (name, avps) =>
        name === "ICCN" ? avps.filter(({ type }) => !types.includes(type)) : avps,
    },
  };
}

/** Asks for calls with another Bearer Type. */
function asksFor(bearers: number): L2tpOverrides {
  const change = (one: Avp): Avp => {
    if (one.type !== bearerType) return one;
    const value = new Uint8Array(4);
    put32(value, 0, bearers);
    return { ...one, value };
  };
  return { l2tp: { avps: (name, avps) => name === "OCRQ" ? avps.map(change) : avps } };
}

/** Sends a value of the ICCN changed. */
const tells = (type: number, change: (value: Uint8Array) => Uint8Array): L2tpOverrides =>
  changesAvps((one) => one.type === type ? withLength({ ...one, value: change(one.value) }) : one);
/** Types of the LCP CONFREQs that an ICCN tells. */
const INITIAL = 26, LAST_SENT = 27;

const MUTANTS = [
  mutant(
    "lac",
    "whole_confreq",
    "Tells LCP requests with their headers",
    "L2TP-143",
    tells(INITIAL, (value) => Uint8Array.of(1, 7, 0, value.length + 4, ...value)),
  ),
  mutant(
    "lac",
    "cut_confreq",
    "Tells all but the last octet of an LCP request",
    "L2TP-143",
    tells(LAST_SENT, (value) => value.slice(0, -1)),
  ),
  mutant(
    "lac",
    "asked_for_nothing",
    "Tells that it asked for no authentication",
    "L2TP-143",
    tells(LAST_SENT, () => new Uint8Array(0)),
  ),
  mutant(
    "lac",
    "half_a_proof",
    "Tells 8 octets of the client's response",
    "L2TP-143",
    tells(AUTHEN_RESPONSE, (value) => value.slice(0, 8)),
  ),
  mutant("lac", "no_proxy_id", "Tells no Proxy Authen ID", "L2TP-108", leavesOut(AUTHEN_ID)),
  mutant(
    "lac",
    "no_proxy_challenge",
    "Tells the response to a challenge, and not the challenge",
    "L2TP-108",
    leavesOut(AUTHEN_CHALLENGE),
  ),
  mutant("lac", "no_proxy_type", "Tells no Proxy Authen Type", "L2TP-108", leavesOut(AUTHEN_TYPE)),
  mutant(
    "lac",
    "no_proxy_response",
    "Tells of authentication without its response",
    "L2TP-108",
    leavesOut(AUTHEN_RESPONSE),
  ),
  ...mutantOfBoth("one_serial_number", "Has one serial number for all calls", "L2TP-110", {
    l2tp: { serialNumber: () => 7 },
  }),
  ...mutantOfBoth("counts_down", "Counts its serial numbers down", "L2TP-110", {
    l2tp: { serialNumber: (next) => 0x7fffffff - next },
  }),
  mutant("lns", "any_bearer", "Asks for any bearer", "L2TP-111", asksFor(3)),
  mutant("lns", "analog_bearer", "Asks for analog bearers alone", "L2TP-111", asksFor(2)),
  mutant("lns", "no_response", "Does not answer a challenge", "L2TP-112", {
    l2tp: { challengeResponse: () => undefined },
  }, ["L2TP-036", "L2TP-039", "L2TP-040", "L2TP-032", "L2TP-135"]),
  mutant("lac", "no_response", "Does not answer a challenge", "L2TP-112", {
    l2tp: { challengeResponse: () => undefined },
  }, ["L2TP-037", "L2TP-039", "L2TP-040", "L2TP-032", "L2TP-135"]),
  mutant(
    "lac",
    "tells_errors_twice",
    "Sends two WENs at once",
    "L2TP-122",
    inserts({ at: (type) => type === WEN, side: "behind", message: again }),
  ),
];

/** §4.4, values that belong together. */
export const VALUES_SENT = section("§4.4 Values that belong together", PARTS, {
  mutants: MUTANTS,
});
