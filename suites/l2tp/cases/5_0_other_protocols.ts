/** RFC 2661 §5.0, RFC 1661 §5.7, §5.8: PPP that is asked for what it need not know. */
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { type DataMessage, pppOf } from "../facts/data.ts";
import { type Part, section } from "./bench.ts";
import { both, bothJudged, scenariosOf } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { isData } from "./packets.ts";
import { restartsAfter } from "./restarts.ts";

const LCP = 0xc021, CCP = 0x80fd, IPV6CP = 0x8057, MPLSCP = 0x8281;
/** First protocol of those that negotiate for a network layer, and the last. */
const NETWORK = [0x8000, 0xbfff] as const;
const ACK = 2, PROTOCOL_REJECT = 8, ECHO_REQUEST = 9, ECHO_REPLY = 10;
/** Identifiers of the echo requests, before and behind all else. */
const ECHOES = [94, 95];
/** Milliseconds in which PPP answers. */
const ANSWERED = 300;

/** Addresses of the two ends of the link. */
const OWN = "10.255.9.1", PEER = "10.255.9.2";

/** Requests for compression with MPPE, for IPv6 and its end, and for MPLS, which hardly anybody knows. */
export const CCP_REQUEST = "ff0380fd015a000a120601000040";
const IPV6CP_REQUEST = "ff038057015b000e010a0200000000000001", IPV6CP_END = "ff038057055c0004";
const MPLSCP_REQUEST = "ff038281015d0004";
const echo = (identifier: number) => `ff03c02109${identifier.toString(16)}000800000000`;

const isOf = (protocol: number, code: number, identifier?: number) => (message: DataMessage) => {
  const found = pppOf(message);
  return found.protocol === protocol && found.code === code &&
    (identifier === undefined || found.identifier === identifier);
};

/** Why it is not known that LCP was open on the call. */
function closed(c: Conversation) {
  const accepts = [c.dataFromDevice("a", "a1"), c.dataFromTester()];
  return c.needsCall("a", "a1") ?? c.lacksPpp() ??
    (accepts.every((messages) => messages.some(isOf(LCP, ACK)))
      ? undefined
      : inconclusive("device and tester did not open LCP"));
}

const ASKED: readonly Part[] = both(({ tunnel, call }) => ({
  name: "data/other_protocols",
  title: "Echo-Requests of LCP are answered before and behind protocols that few know",
  covers: ["L2TP-146"],
  needs: ["ppp"],
  steps: [
    ...tunnel("a"),
    ...call("a", "a1"),
    { do: "data_from", session: "a1" },
    { do: "lcp", tunnel: "a", session: "a1", within: 8000, address: OWN, peerAddress: PEER },
    ...[
      echo(ECHOES[0]),
      ...[CCP_REQUEST, IPV6CP_REQUEST, IPV6CP_END, MPLSCP_REQUEST],
      echo(ECHOES[1]),
    ].flatMap((payload): StepInput[] => [
      { do: "data", tunnel: "a", session: "a1", payload },
      wait(ANSWERED),
    ]),
  ],
  stimulus(c) {
    const sent = c.dataFromTester();
    const echoes = ECHOES.flatMap((id) => sent.find(isOf(LCP, ECHO_REQUEST, id)) ?? []);
    const isMixed = [CCP, IPV6CP, MPLSCP].every((protocol) => sent.some(isOf(protocol, 1)));
    return closed(c) ??
      (echoes.length < ECHOES.length || !isMixed
        ? inconclusive("no requests of other protocols between echo requests were captured")
        : echoes);
  },
  judge: (c, echoes) =>
    gravest(
      ...echoes.map((request, i) =>
        c.dataFromDevice("a", "a1").some(isOf(LCP, ECHO_REPLY, ECHOES[i])) ? undefined : fail(
          `an Echo-Reply with identifier ${ECHOES[i]} (RFC 1661 §5.8)`,
          "there is none",
          frameRefs(request),
        )
      ),
    ),
}));

const PARTS: readonly Part[] = [
  ...ASKED,
  ...bothJudged(({ role }) => ({
    name: "data/protocol_reject",
    title: "A protocol that is not known is rejected",
    covers: ["L2TP-147"],
    on: scenariosOf(ASKED, role),
    stimulus(c) {
      const asked = c.dataFromTester().find(isOf(MPLSCP, 1));
      // Before a peer has proved who it is all but LCP is dropped (RFC 1661 §3.5).
      const isNetworkPhase = c.dataFromDevice("a", "a1").some((m) => {
        const { protocol } = pppOf(m);
        return protocol >= NETWORK[0] && protocol <= NETWORK[1];
      });
      return closed(c) ??
        (asked === undefined || !isNetworkPhase
          ? inconclusive("no unknown protocol came to PPP that was through with authentication")
          : asked);
    },
    judge(c, asked) {
      const all = c.dataFromDevice("a", "a1");
      const isAnswered = all.some((m) =>
        pppOf(m).protocol === MPLSCP ||
        isAfter(m, asked) && isOf(LCP, PROTOCOL_REJECT)(m) && get16(pppOf(m).packet, 4) === MPLSCP
      );
      return isAnswered
        ? undefined
        : fail("a Protocol-Reject of 8281 (RFC 1661 §5.7)", "there is none", frameRefs(asked));
    },
  })),
];

/** The protocol of a PPP frame in a data message without sequence numbers; -1 where there is none. */
function protocolOf(packet: Uint8Array): number {
  if (!isData(packet) || (packet[0] & 0x0a) !== 0) return -1;
  const at = (packet[0] & 0x40) !== 0 ? 8 : 6;
  return packet.length < at + 4 ? -1 : get16(packet, at + 2);
}

/** Sends no LCP packet with a code. */
const withholds = (code: number): L2tpOverrides => ({
  wire: {
    egress: (t) => {
      const at = (t.packet[0] & 0x40) !== 0 ? 8 : 6;
      return protocolOf(t.packet) === LCP && t.packet[at + 4] === code ? [] : [t];
    },
  },
});

/** Answers a request of IPCP by a Terminate-Ack once it was asked for compression. */
function endsIpcp(): L2tpOverrides {
  let asked = false;
  return {
    l2tp: {
      leavingFrame: (frame) =>
        asked && get16(frame, 2) === 0x8021 && frame[4] === ACK
          ? Uint8Array.of(0xff, 3, 0x80, 0x21, 6, frame[5], 0, 4)
          : frame,
    },
    wire: {
      ingress(packet) {
        if (!isData(packet)) asked = false;
        asked ||= protocolOf(packet) === CCP;
        return packet;
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth("no_echo_reply", "Answers no Echo-Request", "L2TP-146", withholds(ECHO_REPLY)),
  ...[["ipv6cp", IPV6CP], ["mplscp", MPLSCP]].map(([name, protocol]) => ({ name, protocol }))
    .flatMap(({ name, protocol }) =>
      mutantOfBoth(
        `dies_of_${name}`,
        "Dies of a protocol that it does not know, and is restarted",
        "L2TP-146",
        restartsAfter((packet) => protocolOf(packet) === protocol),
        ["L2TP-147"],
      )
    ),
  ...mutantOfBoth(
    "no_protocol_reject",
    "Rejects no protocol",
    "L2TP-147",
    withholds(PROTOCOL_REJECT),
  ),
  ...mutantOfBoth(
    "ccp_ends_ipcp",
    "Answers a request of IPCP by a Terminate-Ack once it was asked for compression",
    "L2TP-138",
    endsIpcp(),
    ["L2TP-139", "L2TP-140"],
  ),
];

/** §5.0, protocols of PPP that nobody need know. */
export const OTHER_PROTOCOLS = section(
  "§5.0 Protocol Overview: PPP asked for what it need not know",
  PARTS,
  { mutants: MUTANTS },
);
