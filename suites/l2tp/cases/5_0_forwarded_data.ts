/** RFC 2661 §5.0: what PPP carries: addresses, and datagrams between a session and the network behind. */
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  fail,
  gravest,
  type Inconclusive,
  inconclusive,
  type PartialVerdict,
} from "../../kit/verdict.ts";
import type { Conversation } from "../facts/conversation.ts";
import { type DataMessage, isIntact, isIpcp, pingedBy, pppOf } from "../facts/data.ts";
import { benchCase, type Part, type Script, scripted, section } from "./bench.ts";
import { bothJudged, type End, ENDS } from "./ends.ts";
import { CCP_REQUEST } from "./5_0_other_protocols.ts";
import { mutantOfBoth } from "./mutants.ts";
import { isData, loses } from "./packets.ts";

/** A host behind the device, and addresses of the two ends of the link. */
const SERVER = "10.8.0.2", OWN = "10.255.9.1", PEER = "10.255.9.2", NONE = "0.0.0.0";
const NETWORK = "10.8.0.0/24";
/** IPCP's codes: what asks, and what answers; who ends it may have no address to give. */
const REQUEST = 1, ACK = 2, NAK = 3, REJECT = 4, END = 5;
/** Pings by identifier, with octets of their datagrams: the last fills a datagram of 1500 octets. */
const SIZES = [28, 101, 576, 1400, 1460];
/** PPP headers of the same ping: as it is by default, and with either field compressed, or both. */
const HEADERS = ["ff030021", "ff0321", "0021", "21"];

/** LCP and IPCP. */
const CONTROL: readonly number[] = [0xc021, 0x8021];

/** The options of a Configure packet in hexadecimal, as far as the packet goes. */
function optionsOf(message: DataMessage): string {
  const { packet } = pppOf(message);
  return packet.subarray(4, packet[2] << 8 | packet[3]).toHex();
}

/** A call with addresses at both ends. */
const addressed = ({ role, tunnel, call }: End): StepInput[] => {
  const link = { tunnel: "a", session: "a1", within: 8000, peerAddress: PEER };
  const addresses = { ...link, address: role === "lac" ? OWN : NONE };
  return [
    ...tunnel("a"),
    ...call("a", "a1"),
    { do: "data_from", session: "a1" },
    // Some ask for compression before addresses, and are refused.
    { do: "lcp", ...addresses },
    { do: "data", tunnel: "a", session: "a1", payload: CCP_REQUEST },
    { do: "ipcp", ...addresses },
  ];
};

/** Pings one after another. */
const pings = (all: readonly { octets?: number; header?: string }[]): StepInput[] =>
  all.flatMap((more, i): StepInput[] => [
    { do: "ping", session: "a1", to: SERVER, identifier: i + 1, ...more },
    { do: "ping_answered", session: "a1", identifiers: [i + 1] },
  ]);

/** The configuration of a device with a network behind it. */
const config = (role: End["role"], ppp = {}) => ({
  ppp: { ...(role === "lns" ? { address: PEER } : {}), ...ppp },
  ...(role === "lac" ? { calls: [{ name: "call", clients: [NETWORK] }] } : {}),
});

const pinged = (end: End): Script => ({
  name: "data/forwarded",
  title: "Pings of several sizes pass a session and the network behind the device",
  role: end.role,
  needs: ["ppp", "forwarding"],
  config: config(end.role),
  steps: [...addressed(end), ...pings(SIZES.map((octets) => ({ octets })))],
});

/** A call with pings, by role. */
export const PINGED = { lns: scripted(pinged(ENDS.lns)), lac: scripted(pinged(ENDS.lac)) } as const;

/** The device's answers to pings, by identifier. */
function answersTo(c: Conversation): Map<number, DataMessage[]> {
  const all = c.dataFromDevice("a", "a1").filter((m) => pingedBy(m) > 0);
  return Map.groupBy(all, pingedBy);
}

/** The pings that the tester sent, by identifier: echo requests look like their answers, but for type. */
function pingsOf(c: Conversation): DataMessage[] {
  return c.dataFromTester().filter(({ payload }) => isPing(payload));
}

const isPing = (payload: Uint8Array) => {
  const from = payload[0] === 0xff ? 2 : 0, at = from + ((payload[from] & 1) === 1 ? 1 : 2);
  return payload[at] === 0x45 && payload[at + 9] === 1 && payload[at + 20] === 8;
};

/** That both ends came to addresses by IPCP, and so many pings were sent. */
function pingsFrom(c: Conversation, count: number): DataMessage[] | Inconclusive {
  const sent = pingsOf(c), both = [c.dataFromDevice("a", "a1"), c.dataFromTester()];
  const isOpen = both.every((messages) => messages.some((m) => isIpcp(m, ACK)));
  return c.needsCall("a", "a1") ??
    (isOpen ? undefined : inconclusive("device and tester did not come to addresses by IPCP")) ??
    (sent.length < count ? inconclusive(`${sent.length} of ${count} pings were captured`) : sent);
}

/** Fails unless every ping is answered once. */
function answersEach(c: Conversation, sent: readonly DataMessage[]): PartialVerdict {
  const answers = answersTo(c);
  if (c.control.fragments.some(({ from }) => from === c.deviceNode)) {
    return inconclusive("fragments of the device's datagrams may hold the answers");
  }
  return gravest(...sent.map((ping, i) => {
    const found = answers.get(i + 1) ?? [];
    const spoilt = found.find((m) => !isIntact(m));
    if (spoilt !== undefined) {
      const actual = "its checksums are not those of its octets";
      return fail(`answer ${i + 1} as ${SERVER} sent it`, actual, frameRefs(ping, spoilt));
    }
    return found.length === 1 ? undefined : fail(
      `ping ${i + 1} of ${sent.length} answered once by ${SERVER}`,
      found.length === 0 ? "it is not answered" : `${found.length} answers`,
      frameRefs(ping, ...found),
    );
  }));
}

const PARTS: readonly Part[] = [
  { scenarios: [PINGED.lac, PINGED.lns], checks: [] },
  ...bothJudged(({ role }) => ({
    name: "data/ipcp",
    title: "Who asks by IPCP comes to addresses with a peer that asks as well",
    covers: ["L2TP-138"],
    on: [PINGED[role]],
    stimulus(c) {
      const device = c.dataFromDevice("a", "a1"), tester = c.dataFromTester();
      const asks = device.find((m) => isIpcp(m, REQUEST));
      const isGiven = tester.some((m) => isIpcp(m, ACK, NAK));
      const asked = tester.findLast((m) => isIpcp(m, REQUEST));
      return c.needsCall("a", "a1") ??
        (asks === undefined || !isGiven || asked === undefined
          ? inconclusive("the device did not ask by IPCP, or it was not given what it asked for")
          : device.some((m) => isIpcp(m, END, REJECT))
          ? inconclusive("the device has no address to give")
          : { asks, asked });
    },
    judge(c, { asks, asked }) {
      const accepts = c.dataFromDevice("a", "a1").find((m) => isIpcp(m, ACK));
      return accepts === undefined
        ? fail("the tester's IPCP request accepted", "it is not", frameRefs(asks, asked))
        : undefined;
    },
  })),
  ...bothJudged(({ role }) => ({
    name: "data/options_acknowledged",
    title: "A Configure-Ack has the options of its request, as they were",
    covers: ["L2TP-145"],
    on: [PINGED[role]],
    stimulus(c) {
      const asked = c.dataFromTester().filter((m) => pppOf(m).code === REQUEST);
      const acks = c.dataFromDevice("a", "a1").flatMap((ack) => {
        const { protocol, code, identifier } = pppOf(ack);
        const requests = asked.filter((m) => {
          const request = pppOf(m);
          return request.protocol === protocol && request.identifier === identifier;
        });
        return CONTROL.includes(protocol) && code === ACK && requests.length > 0
          ? [{ ack, requests }]
          : [];
      });
      return c.needsCall("a", "a1") ??
        (acks.length > 0 ? acks : inconclusive("the device acknowledged no request"));
    },
    judge: (_, acks) =>
      gravest(
        ...acks.map(({ ack, requests }) =>
          requests.some((m) => optionsOf(m) === optionsOf(ack)) ? undefined : fail(
            `options ${requests.map(optionsOf).join(" or ")}`,
            `${optionsOf(ack)} are acknowledged`,
            frameRefs(...requests, ack),
          )
        ),
      ),
  })),
  ...bothJudged(({ role }) => ({
    name: "data/forwarded",
    title: PINGED[role].title,
    covers: ["L2TP-139"],
    on: [PINGED[role]],
    stimulus: (c) => pingsFrom(c, SIZES.length),
    judge: answersEach,
  })),
  ...(["lns", "lac"] as const).flatMap((role) =>
    benchCase({
      name: "data/compressed_fields",
      title: "Frames with compressed fields are taken by who asked for them, and others",
      covers: ["L2TP-140"],
      role,
      needs: ["ppp", "forwarding", "field_compression"],
      config: config(role, { pfc: true, acfc: true }),
      steps: [...addressed(ENDS[role]), ...pings(HEADERS.map((header) => ({ header })))],
      stimulus(c) {
        const sent = pingsFrom(c, HEADERS.length);
        return "verdict" in sent
          ? sent
          : answersTo(c).has(1)
          ? sent
          : inconclusive("a ping in a frame without compressed fields was not answered either");
      },
      judge: answersEach,
    })
  ),
];

/** Answers a request of IPCP in another way than by accepting it. */
const refusesIpcp = (packet: (identifier: number) => number[]): L2tpOverrides => ({
  l2tp: {
    leavingFrame: (frame) =>
      frame[2] === 0x80 && frame[3] === 0x21 && frame[4] === ACK
        ? Uint8Array.of(0xff, 3, ...packet(frame[5]))
        : frame,
  },
});

/** Loses data whose frame begins in a way. */
const deafTo = (test: (frame: Uint8Array) => boolean): L2tpOverrides =>
  loses((packet) => isData(packet) && (packet[0] & 0x4a) === 0 && test(packet.subarray(6)));

/** Sends a Configure-Ack of a protocol changed. */
const acknowledges = (protocol: number, change: (frame: Uint8Array) => Uint8Array) => ({
  l2tp: {
    leavingFrame: (frame: Uint8Array) =>
      get16(frame, 2) === protocol && frame[4] === ACK ? change(frame.slice()) : frame,
  },
});

const MUTANTS = [
  ...mutantOfBoth(
    "bare_ack",
    "Acknowledges LCP requests without their options",
    "L2TP-145",
    acknowledges(0xc021, (frame) => Uint8Array.of(...frame.subarray(0, 6), 0, 4)),
  ),
  ...mutantOfBoth(
    "another_address",
    "Acknowledges another address than was asked for",
    "L2TP-145",
    acknowledges(0x8021, (frame) => frame.fill(frame.at(-1)! ^ 1, -1)),
  ),
  ...mutantOfBoth("spoils_datagrams", "Changes an octet of long datagrams", "L2TP-139", {
    l2tp: {
      leavingFrame: (frame) =>
        frame[3] === 0x21 && frame.length > 500 ? frame.slice().fill(frame.at(-1)! ^ 1, -1) : frame,
    },
  }),
  ...mutantOfBoth(
    "ends_ipcp",
    "Answers a request of IPCP by a Terminate-Ack",
    "L2TP-138",
    refusesIpcp((identifier) => [0x80, 0x21, 6, identifier, 0, 4]),
  ),
  ...mutantOfBoth(
    "rejects_ipcp",
    "Rejects IPCP, by which it asks itself",
    "L2TP-138",
    refusesIpcp((identifier) => [0xc0, 0x21, 8, identifier, 0, 6, 0x80, 0x21]),
  ),
  ...mutantOfBoth("one_way", "Forwards nothing from its sessions", "L2TP-139", {
    l2tp: { forwards: (direction) => direction !== "to_lan" },
  }),
  ...mutantOfBoth("loses_every_third", "Loses every third datagram to a session", "L2TP-139", {
    l2tp: { forwards: (direction, number) => direction === "to_lan" || number % 3 !== 2 },
  }, ["L2TP-140"]),
  ...mutantOfBoth(
    "wants_ff03",
    "Loses frames without FF 03, for which it asked",
    "L2TP-140",
    deafTo(([first]) => first !== 0xff),
  ),
  ...mutantOfBoth(
    "wants_two_octets",
    "Loses frames with a Protocol field of one octet, for which it asked",
    "L2TP-140",
    deafTo((frame) => (frame[0] & 1) === 1 && (frame[0] !== 0xff || (frame[2] & 1) === 1)),
  ),
  ...mutantOfBoth(
    "wants_both_fields",
    "Loses frames of which one field alone is compressed",
    "L2TP-140",
    deafTo(([first, second]) => first === 0 && second === 0x21),
  ),
];

/** §5.0, what PPP carries. */
export const FORWARDED = section("§5.0 Protocol Overview: what PPP carries", PARTS, {
  mutants: MUTANTS,
});
