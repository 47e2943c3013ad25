/** RFC 2661 §4.4.5: what the LAC and the client came to before the call. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { readOptions } from "../../../captures/wire/ppp_control.ts";
import { CHAP_MD5, LcpOption } from "../../../captures/wire/ppp_lcp.ts";
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { challengeResponse } from "../../../peers/testing/l2tp_tester/messages.ts";
import type { AvpInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { avp, call, open, text, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  fail,
  gravest,
  type Inconclusive,
  inconclusive,
  type PartialVerdict,
} from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { expectedResponse } from "../facts/challenge.ts";
import type { Conversation } from "../facts/conversation.ts";
import { type DataMessage, pppOf } from "../facts/data.ts";
import { type ControlMessage, formatMessage, valueOf } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { mutant } from "./mutants.ts";
import { has } from "./packets.ts";

const { SCCRQ, ICCN, CDN } = MessageType;
const AUTHEN_TYPE = 29, AUTHEN_CHALLENGE = 31, AUTHEN_RESPONSE = 33;
const USER = "user", PASSWORD = "a word of theirs";
const CHALLENGE = "00112233445566778899aabbccddeeff", IDENTIFIER = 7;
/** Requests for an MRU of 1500, and of the LAC for CHAP too. */
const CLIENTS_REQUEST = "010405dc";
const LACS_REQUEST = `${CLIENTS_REQUEST}0305c223${CHAP_MD5.toString(16).padStart(2, "0")}`;

/** What an ICCN tells of LCP and of CHAP with this password. */
function proxied(password: string): AvpInput[] {
  const response = challengeResponse(IDENTIFIER, password, Uint8Array.fromHex(CHALLENGE));
  const optional = (type: number, value: string) => avp(type, value, { m: false });
  return [
    optional(26, CLIENTS_REQUEST),
    optional(27, LACS_REQUEST),
    optional(28, CLIENTS_REQUEST),
    optional(AUTHEN_TYPE, "0002"),
    optional(30, text(USER)),
    optional(AUTHEN_CHALLENGE, CHALLENGE),
    optional(32, `00${IDENTIFIER.toString(16).padStart(2, "0")}`),
    optional(AUTHEN_RESPONSE, new Uint8Array(response).toHex()),
  ];
}

/** How the device went on after the ICCN. */
interface Continuation {
  /** Its first request for an address, and the first packet that begins authentication anew. */
  network?: DataMessage;
  anew?: DataMessage;
}

/** Whether a frame begins authentication anew: it demands it by LCP, or challenges. */
function beginsAnew({ protocol, code, packet }: ReturnType<typeof pppOf>): boolean {
  if (protocol === PppProtocol.chap) return code === 1;
  if (protocol !== PppProtocol.lcp || code !== 1) return false;
  return readOptions(packet, 4).options.some(({ type }) => type === LcpOption.authentication);
}

function continuationOf(c: Conversation): Continuation {
  const out: Continuation = {};
  for (const message of c.dataFromDevice("a", "a1")) {
    const ppp = pppOf(message);
    const { ipcp, ipv6cp } = PppProtocol;
    if (ppp.protocol === ipcp || ppp.protocol === ipv6cp) out.network ??= message;
    if (beginsAnew(ppp)) out.anew ??= message;
  }
  return out;
}

/** Fails unless authentication begins anew, or the call is ended, and nothing else before. */
function startsOver(c: Conversation, iccn: ControlMessage): PartialVerdict {
  const { network, anew } = continuationOf(c);
  const ended = c.got("a", CDN).find((m) => isAfter(m, iccn));
  if (network !== undefined && (anew === undefined || !isAfter(network, anew))) {
    const refs = frameRefs(iccn, network);
    return fail("authentication anew", "a request for an address", refs);
  }
  if (anew !== undefined || ended !== undefined) return undefined;
  return fail("authentication anew", "neither that nor a CDN", frameRefs(iccn));
}

/** The ICCN of the call with a proxied response that is right, or wrong. */
function proxiedIccn(
  c: Conversation,
  { right, trusted }: { right: boolean; trusted: boolean },
): ControlMessage | Inconclusive {
  const iccn = c.sent("a", ICCN, (m) => valueOf(m, AUTHEN_RESPONSE) !== undefined)[0];
  if (iccn === undefined) return inconclusive("no ICCN with a proxied response was captured");
  const challenge = valueOf(iccn, AUTHEN_CHALLENGE) ?? new Uint8Array();
  const expected = expectedResponse(IDENTIFIER, PASSWORD, challenge).toHex();
  const isRight = valueOf(iccn, AUTHEN_RESPONSE)!.toHex() === expected;
  if (isRight !== right) {
    return inconclusive(`the proxied response is ${isRight ? "right" : "wrong"}`);
  }
  if (c.setting("trustProxy") !== trusted) {
    return inconclusive(`the device was ${trusted ? "not " : ""}told to trust the LAC`);
  }
  return c.needsCall("a", "a1") ?? iccn;
}

const LNS = { ppp: { authentication: "chap" }, users: [{ name: USER, password: PASSWORD }] };
const common = { role: "lns", covers: ["L2TP-083"], needs: ["proxy"] } as const;
const steps = (password: string) => [
  ...open("a"),
  ...call("a", "a1", {}, { with: proxied(password) }),
  wait(700),
];

const PARTS: readonly Part[] = [
  benchCase({
    ...common,
    name: "proxy/complete",
    title: "Proxied LCP and authentication are gone on from, or begun anew",
    config: { ...LNS, trustProxy: true },
    steps: steps(PASSWORD),
    stimulus: (c) => proxiedIccn(c, { right: true, trusted: true }),
    judge(c, iccn) {
      const { network, anew } = continuationOf(c);
      return gravest(
        c.never(iccn, "no CDN", (m) => m.type === CDN),
        network === undefined && anew === undefined
          ? fail("a request for an address, or authentication anew", "neither", frameRefs(iccn))
          : undefined,
      );
    },
  }),
  benchCase({
    ...common,
    name: "proxy/wrong_response",
    title: "A proxied response that is wrong lets nobody in",
    config: { ...LNS, trustProxy: true },
    steps: steps("guessed"),
    stimulus: (c) => proxiedIccn(c, { right: false, trusted: true }),
    judge: startsOver,
  }),
  benchCase({
    ...common,
    name: "proxy/switched_off",
    title: "Where proxied authentication is switched off the LNS begins authentication anew",
    config: { ...LNS, trustProxy: false },
    steps: steps(PASSWORD),
    stimulus: (c) => proxiedIccn(c, { right: true, trusted: false }),
    judge(c, iccn) {
      const ended = c.got("a", CDN)[0];
      return ended === undefined
        ? startsOver(c, iccn)
        : fail("authentication anew", formatMessage(ended), frameRefs(iccn, ended));
    },
  }),
];

/** Loses its data once an ICCN told of authentication. */
function stalls(): L2tpOverrides {
  let stalled = false;
  return {
    wire: {
      ingress(packet) {
        const type = messageTypeOf(packet);
        if (type === SCCRQ) stalled = false;
        if (type === ICCN && has(packet, AUTHEN_TYPE)) stalled = true;
        return packet;
      },
      egress: (transmission) =>
        stalled && messageTypeOf(transmission.packet) < 0 ? [] : [transmission],
    },
  };
}

const MUTANTS = [
  mutant(
    "lns",
    "stalls_after_proxy",
    "Says nothing after proxied authentication",
    "L2TP-083",
    stalls(),
  ),
  mutant("lns", "believes_proxy", "Believes any proxied response", "L2TP-083", {
    l2tp: { verifiesProxy: () => true },
  }),
  mutant("lns", "always_proxy", "Goes on from proxied authentication at all times", "L2TP-083", {
    l2tp: { honoursProxy: () => true },
  }),
];

/** §4.4.5. */
export const PROXY = section("§4.4.5 Proxy LCP and Authentication AVPs", PARTS, {
  mutants: MUTANTS,
});
