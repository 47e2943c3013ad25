/** Cases of an LNS for what the LAC and the client came to before the call (§4.4.5, group H). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { CHAP_MD5, LcpOption } from "../../../captures/wire/ppp_lcp.ts";
import { readOptions } from "../../../captures/wire/ppp_control.ts";
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import type { Case } from "../cases.ts";
import {
  all,
  carries,
  type Conversations,
  fail,
  inconclusive,
  pass,
  refs,
  type Step,
  told,
} from "../checks/conversation.ts";
import type { DataMessage } from "../facts/wire.ts";
import { challengeResponse } from "../../../peers/testing/l2tp_tester/messages.ts";
import type { AvpInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { avp, call, open, text, wait } from "../../../peers/testing/l2tp_tester/steps.ts";

const { ICCN, CDN } = MessageType;
const AUTHEN_TYPE = 29;
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
    optional(31, CHALLENGE),
    optional(32, `00${IDENTIFIER.toString(16).padStart(2, "0")}`),
    optional(33, new Uint8Array(response).toHex()),
  ];
}

/** How the device went on after the ICCN. */
interface Continuation {
  /** Its first request for an address, and the first packet that begins authentication anew. */
  network?: DataMessage;
  anew?: DataMessage;
}

/** Whether a frame begins authentication anew: it demands it by LCP, or challenges. */
function beginsAnew(protocol: number, code: number, packet: Uint8Array): boolean {
  if (protocol === PppProtocol.chap) return code === 1;
  if (protocol !== PppProtocol.lcp || code !== 1) return false;
  return readOptions(packet, 4).options.some(({ type }) => type === LcpOption.authentication);
}

function continuationOf(c: Conversations): Continuation {
  const out: Continuation = {};
  for (const message of c.dataFromDevice("a", "a1")) {
    const { payload } = message;
    const at = payload[0] === 0xff && payload[1] === 3 ? 2 : 0;
    const protocol = get16(payload, at), packet = payload.subarray(at + 2);
    if (protocol === PppProtocol.ipcp) out.network ??= message;
    if (beginsAnew(protocol, packet[0], packet)) out.anew ??= message;
  }
  return out;
}

/** Fails unless authentication begins anew, or the call is ended, and nothing else before. */
function startsOver(c: Conversations): Step {
  const { network, anew } = continuationOf(c);
  const iccn = c.sent("a", ICCN)[0];
  const ended = c.got("a", CDN).find((m) => m.time >= iccn.time);
  if (network !== undefined && (anew === undefined || network.time <= anew.time)) {
    return fail("authentication anew", "a request for an address", refs(iccn, network));
  }
  if (anew !== undefined || ended !== undefined) return undefined;
  return fail("authentication anew", "neither that nor a CDN", refs(iccn));
}

const LNS = { ppp: { authentication: "chap" }, users: [{ name: USER, password: PASSWORD }] };
const common = { role: "lns", covers: ["L2TP-083"], needs: ["proxy"] } as const;
const steps = (password: string) => [
  ...open("a"),
  ...call("a", "a1", {}, { with: proxied(password) }),
  wait(700),
];

/** The cases. */
export const PROXY_CASES: readonly Case[] = [
  {
    ...common,
    name: "proxy/complete",
    title: "Proxied LCP and authentication are gone on from, or begun anew",
    config: { ...LNS, trustProxy: true },
    steps: steps(PASSWORD),
    judge(c) {
      const { network, anew } = continuationOf(c),
        iccn = c.sent("a", ICCN, carries(AUTHEN_TYPE))[0];
      if (iccn === undefined) return inconclusive("the ICCN was not captured");
      return all(
        c.needsCall("a", "a1"),
        c.never(iccn, "no CDN", (m) => m.type === CDN),
        network === undefined && anew === undefined
          ? fail("a request for an address, or authentication anew", "neither", refs(iccn))
          : undefined,
      );
    },
  },
  {
    ...common,
    name: "proxy/wrong_response",
    title: "A proxied response that is wrong lets nobody in",
    config: { ...LNS, trustProxy: true },
    steps: steps("guessed"),
    judge: (c) => c.needsCall("a", "a1") ?? all(startsOver(c)),
  },
  {
    ...common,
    name: "proxy/switched_off",
    title: "Where proxied authentication is switched off the LNS begins authentication anew",
    config: { ...LNS, trustProxy: false },
    steps: steps(PASSWORD),
    judge(c) {
      const needs = c.needsCall("a", "a1");
      if (needs !== undefined) return needs;
      const ended = c.got("a", CDN)[0];
      if (ended !== undefined) return fail("authentication anew", told(ended), refs(ended));
      return startsOver(c) ?? pass;
    },
  },
];
