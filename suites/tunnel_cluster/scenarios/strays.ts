/** What is no request, or not for whom it comes to. */
import type { Scenario } from "../../kit/scenario.ts";
import { connect, follow, type InBoth, inBoth, scenario, TIMES } from "../node_setup.ts";
import { acknowledged, call, open, send } from "../../../peers/testing/l2tp_tester/steps.ts";
import { control, datagram, sccrq, unchecked, ZLB } from "../packets.ts";
import { ADDRESS } from "../topologies.ts";

const DATA = Uint8Array.of(0, 2, 0, 5, 0, 5, 0xff, 3, 0xc0, 0x21);
/** Data with L, S and O, for a tunnel and for none. */
const LONG_DATA = [5, 0].map((id) =>
  Uint8Array.of(0x4a, 2, 0, 22, 0, id, 0, 5, 0, 0, 0, 0, 0, 0, 0xff, 3, 0xc0, 0x21, 9, 1, 0, 4)
);
/** Types of control messages that are no request: those of RFC 2661, what is unassigned, and beyond. */
const NO_REQUESTS = [...Array.from({ length: 16 }, (_, i) => i + 2), 77, 0x8001];
/** Source ports by which messages of each type are known. */
const OF_NO_TUNNEL = 2300, OF_A_TUNNEL = 2400;
/** Expedited forwarding. */
const DSCP = 46;
/** To the master in the place of the tunnel's own endpoint; such a message takes no Ns. */
const astray = { to: { address: ADDRESS.master, port: 1701 }, counts: false };

/** What is no request, or is not for the master address, and a request without a UDP checksum. */
export const strays: Scenario = scenario({
  ...{ variant: "NAT", name: "strays" },
  title:
    "What is no request, or is not for the master address, and a request without a UDP checksum",
  async run(driver) {
    await connect(driver);
    await driver.datagrams("stranger", [
      datagram(control(3, 5)),
      datagram(control(6, 5)),
      datagram(control(4, 0)),
      datagram(control(6, 0), { sourcePort: 2223 }),
      datagram(ZLB, { sourcePort: 2224 }),
      datagram(DATA),
      ...LONG_DATA.map((payload) => datagram(payload, { sourcePort: 2225 })),
      ...NO_REQUESTS.flatMap((type, i) => [
        datagram(control(type, 0), { sourcePort: OF_NO_TUNNEL + i }),
        datagram(control(type, 7), { sourcePort: OF_A_TUNNEL + i }),
      ]),
      datagram(sccrq(0x3333), { destination: "203.0.113.9" }),
      datagram(sccrq(0x4444), { destination: ADDRESS.nat }),
      datagram(control(6, 7), { destination: ADDRESS.nat }),
      unchecked(datagram(sccrq(0x2222), { sourcePort: 2222 })),
      datagram(sccrq(0x2226), { sourcePort: 2226, dscp: DSCP }),
      datagram(sccrq(0x2227), { sourcePort: 2227, dontFragment: true }),
    ]);
    await driver.advance(2 * TIMES.period);
  },
});

/** An initiator with a tunnel and a call sends messages for them to the master, which serves another. */
export const misdirected: InBoth = inBoth({
  name: "misdirected",
  title: "An initiator with a tunnel and a call sends messages for them to the master",
  scripts: {
    initiator: {
      steps: [
        ...open("a"),
        ...call("a", "a1"),
        send("SCCCN", "a", astray),
        send("HELLO", "a", astray),
        send("ICRQ", "a", { ...astray, session: "a2" }),
        send("StopCCN", "a", astray),
        send("HELLO", "a"),
        acknowledged("a"),
      ],
    },
  },
  async run(driver) {
    // The script's identifiers are always the same; these are of this run alone.
    await connect(driver, "initiator2");
    await follow(driver);
    await driver.datagrams("stranger", [datagram(DATA, { source: ADDRESS.initiator })]);
  },
});

/** Milliseconds between retransmissions of a request (RFC 2661 §5.8): the second and the third. */
const LATER = [1200, 4000];

/** The same request five times within six seconds, others in between, under round-robin. */
export const repeatedRequest: Scenario = scenario({
  ...{ variant: "NAT", name: "repeated_request", policy: "round_robin" },
  title: "The same request five times within six seconds, others in between, under round-robin",
  async run(driver) {
    for (const id of [0x1111, 0x2222, 0x1111, 0x3333, 0x1111]) {
      await driver.datagrams("stranger", [datagram(sccrq(id))]);
    }
    await driver.datagrams("stranger", [datagram(sccrq(0x4444))]);
    for (const ms of LATER) {
      await driver.advance(ms);
      await driver.datagrams("stranger", [datagram(sccrq(0x1111))]);
    }
  },
});

/** The scenarios. */
export const STRAY_SCENARIOS: readonly Scenario[] = [
  strays,
  misdirected.nat,
  misdirected.global,
  repeatedRequest,
];
