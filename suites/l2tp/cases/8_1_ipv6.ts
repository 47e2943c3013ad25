/** RFC 2661 §8.1 where IPv6 carries the tunnels: addresses, ports, checksums, fragments. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import {
  acknowledged,
  avp,
  lcpRequest,
  send,
  talk,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { type Arrival, Attribute } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { isData } from "./packets.ts";

/** The port of the tester that is not the well-known one. */
const HIGH = 40_000;
/** A Vendor Name and a Random Vector that fit no frame together. */
const LONG = {
  with: [
    avp(Attribute.vendorName, "61".repeat(1017), { m: false }),
    avp(Attribute.randomVector, "62".repeat(1017)),
  ],
};
const COMMON = { covers: ["L2TP-141"], needs: ["ipv6_carrier"], ipv6: true } as const;
const isIpv6 = ({ source }: Arrival) => source.includes(":");

const PARTS: readonly Part[] = [
  ...both(({ tunnel, call, probe }) => ({
    ...COMMON,
    name: "transport/ipv6",
    title: "Over IPv6 a tunnel from any port comes up, with a call and data",
    steps: [
      ...tunnel("a", { from: "high" }),
      ...call("a", "a1"),
      ...talk("a", "a1", 1),
      send("HELLO", "a"),
      acknowledged("a"),
      ...probe(),
    ],
    stimulus(c) {
      const first = c.tester.find((m) => isIpv6(m) && m.sourcePort === HIGH);
      return c.takesPart() ?? first ?? inconclusive("the tester spoke from no port over IPv6");
    },
    judge(c, first) {
      const { source } = first;
      const isElsewhere = (m: Arrival) => m.destination !== source || m.destinationPort !== HIGH;
      const wrong = c.tunnel("a").device.find((m) => m.tunnelId !== 0 && isElsewhere(m)) ??
        c.dataFromDevice("a", "a1").find(isElsewhere);
      return gravest(
        c.alive("a", first),
        c.aliveCall("a", "a1", first),
        c.speaks("a", "a1") ?? (c.lcpRequest(1) && c.answersLcp("a", "a1", 1)),
        wrong && fail(
          `messages to ${source} port ${HIGH}`,
          `one to ${wrong.destination} port ${wrong.destinationPort}`,
          frameRefs(first, wrong),
        ),
      );
    },
  })),
  ...both(({ role, tunnel, probe, accepting }) => ({
    ...COMMON,
    name: "transport/ipv6_fragments",
    title: "Over IPv6 a message that comes in fragments is answered",
    calls: [1, 2],
    steps: [...tunnel("a", LONG), ...(role === "lac" ? tunnel("b") : probe())],
    stimulus(c) {
      const first = c.control.fragments.filter(({ from }) => from === c.testerNode);
      return first.length === 0
        ? inconclusive("nothing came in fragments")
        : c.needs(role === "lac" ? "b" : "probe") ?? first;
    },
    judge: (c, first) =>
      c.tester.some(isIpv6) && c.got("a", accepting).length === 0
        ? fail("an answer to what came in fragments", "there is none", frameRefs(...first))
        : undefined,
  })),
  ...both(({ tunnel, call }) => ({
    ...COMMON,
    name: "transport/ipv6_static",
    title: "Over IPv6 a message from an address with the same lower half moves no tunnel",
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 1),
      send("HELLO", "a", { from: "elsewhere", counts: false }),
      { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(9), from: "elsewhere" },
      wait(200),
      send("HELLO", "a"),
      acknowledged("a"),
      ...talk("a", "a1", 2),
    ],
    stimulus(c) {
      const usual = c.tunnel("a").tester.find(isIpv6);
      const stranger = c.tunnel("a").tester.find((m) => usual && m.source !== usual.source);
      return c.needsCall("a", "a1") ??
        (usual === undefined || stranger === undefined
          ? inconclusive("no message of the tunnel came from elsewhere over IPv6")
          : { usual, stranger });
    },
    judge(c, { usual: { source }, stranger }) {
      const moved = ({ destination }: Arrival) => destination !== source;
      const data = c.dataFromDevice("a", "a1").find((m) => moved(m) && isAfter(m, stranger));
      return gravest(
        c.never(stranger, `every message to ${source}`, moved),
        data && fail(`data to ${source}`, data.destination, frameRefs(stranger, data)),
        c.lcpRequest(2) && c.answersLcp("a", "a1", 2),
      );
    },
  })),
];

/** Loses what comes over IPv6, as far as a test says so. */
const loses = (test: (packet: Uint8Array) => boolean): L2tpOverrides => ({
  wire: {
    ingress: (packet, from) => from?.address.includes(":") && test(packet) ? undefined : packet,
  },
});

const MUTANTS = [
  ...mutantOfBoth("no_ipv6_data", "Loses data over IPv6", "L2TP-141", loses(isData)),
  ...mutantOfBoth(
    "no_ipv6_fragments",
    "Loses what comes in fragments over IPv6",
    "L2TP-141",
    loses((packet) => packet.length > 1452),
  ),
  ...mutantOfBoth("half_addresses", "Compares the lower half of an address alone", "L2TP-141", {
    l2tp: {
      acceptsSource: (expected, from) =>
        expected.port === from.port &&
        expected.address.split("::").at(-1) === from.address.split("::").at(-1),
      movesWithSource: true,
    },
  }),
  ...mutantOfBoth("ipv6_to_1701", "Sends data over IPv6 to port 1701", "L2TP-141", {
    wire: {
      egress: (t) =>
        isData(t.packet) && t.to?.address.includes(":")
          ? [{ ...t, to: { ...t.to, port: 1701 } }]
          : [t],
    },
  }),
  ...mutantOfBoth("bare_over_ipv6", "Sends over IPv6 without UDP checksums", "L2TP-094", {
    wire: {
      egress: (t) =>
        t.to?.address.includes(":") && messageTypeOf(t.packet) !== 1
          ? [{ ...t, checksum: false }]
          : [t],
    },
  }),
];

/** §8.1 over IPv6. */
export const UDP_OVER_IPV6 = section("§8.1 L2TP over UDP/IP: IPv6", PARTS, { mutants: MUTANTS });
