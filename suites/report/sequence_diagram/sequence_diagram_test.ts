import assert from "node:assert/strict";
import type { Frame } from "../../../captures/frame.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import type { Collector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { testEvidence } from "../../_testing/test_suite.ts";
import type { Topology } from "../../kit/topology.ts";
import { diagramCollector, type DiagramFacts, inReadingOrder } from "./collect.ts";
import { Places } from "./places.ts";
import { type PacketRow, type SequenceDiagram, sequenceDiagram } from "./rows.ts";

const RAW = 101;

const end = (node: string, name: string, address: string) => ({
  node,
  interface: name,
  addresses: [`${address}/24`],
});

/** client — sender — network — receiver — server, with taps at the WANs and at the sender's LAN. */
const TOPOLOGY: Topology = {
  name: "line",
  title: "A line",
  nodes: {
    client: { kind: "host" },
    network: { kind: "router" },
    receiver: { kind: "device" },
    server: { kind: "host" },
    sender: { kind: "device" },
  },
  links: [
    { name: "l", ends: [end("client", "eth0", "10.1.1.2"), end("sender", "lan0", "10.1.1.1")] },
    { name: "s", ends: [end("sender", "wan0", "10.3.1.1"), end("network", "s", "10.3.1.2")] },
    { name: "r", ends: [end("network", "r", "10.4.1.2"), end("receiver", "wan0", "10.4.1.1")] },
    { name: "m", ends: [end("receiver", "lan0", "10.2.1.1"), end("server", "eth0", "10.2.1.2")] },
  ],
  taps: [
    { name: "lan-s", node: "sender", interface: "lan0", side: "lan" },
    { name: "wan-s0", node: "sender", interface: "wan0", side: "wan" },
    { name: "wan-r0", node: "receiver", interface: "wan0", side: "wan" },
  ],
};

const TAPS: Tap[] = TOPOLOGY.taps.map(({ name, node, side }) => ({
  name,
  node,
  side,
  file: `${name}.pcapng`,
}));
const [LAN, NEAR, FAR] = TAPS;

/** A datagram that differs from others by its payload, at a time in microseconds. */
function datagram(number: number, micro: number, mark: number, reverse = false): Frame {
  const ends = ["10.3.1.1", "10.4.1.1"];
  const [source, destination] = reverse ? ends.reverse() : ends;
  return between(source, destination, number, micro, mark);
}

function between(source: string, destination: string, number: number, micro: number, mark = 0) {
  const payload = new Uint8Array([mark >> 16, mark >> 8, mark]);
  const bytes = udpDatagram({
    ...{ source, destination, sourcePort: 1, destinationPort: 2, payload },
  });
  return {
    ...{ number, bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length },
    ...{ originalLength: bytes.length, seconds: 1000, nanoseconds: micro * 1000 },
    ...{ linkType: RAW, interfaceId: 0 },
  };
}

interface Plan {
  named?: Record<string, number[]>;
  head?: number;
  evidence?: Partial<Evidence>;
}

/** Feeds frames by tap, as the walk over the captures does. */
function diagram(
  frames: ReadonlyMap<Tap, Iterable<Frame>>,
  { named = {}, head = 10, evidence = {} }: Plan = {},
): { diagram: SequenceDiagram; kept: number } {
  const whole = testEvidence("", 0, { topology: TOPOLOGY, taps: TAPS, ...evidence });
  const plan = { named: new Map(Object.entries(named)), head, taps: whole.taps };
  const collector = diagramCollector(plan).begin(whole) as Collector<DiagramFacts>;
  const walk = new HeaderWalker();
  for (const tap of inReadingOrder(plan)) {
    for (const frame of frames.get(tap) ?? []) {
      walk.walk(frame);
      collector.frame!(frame, walk, tap);
    }
  }
  const facts = collector.facts();
  return { diagram: sequenceDiagram(facts, whole, head), kept: facts.kept.length };
}

function packets({ rows }: SequenceDiagram): PacketRow[] {
  return rows.filter((row) => row.kind === "packet");
}

Deno.test("what two taps saw of one packet is one row, with the time between", () => {
  const { diagram: found } = diagram(
    new Map([
      [NEAR, [datagram(1, 0, 1), datagram(2, 10, 2)]],
      [FAR, [datagram(1, 500, 2), datagram(2, 900, 1), datagram(3, 950, 3, true)]],
    ]),
  );
  assert.deepEqual(found.columns, ["sender", "receiver"]);
  const rows = packets(found);
  assert.deepEqual(rows.map(({ from, to }) => [from, to]), [[0, 1], [0, 1], [1, 0]]);
  assert.deepEqual(
    rows[0].sightings.map(({ tap, number, at }) => [tap, number, Math.round(at * 1e6)]),
    [["wan-s0", 1, 0], ["wan-r0", 2, 900]],
  );
  assert.equal(found.rows.length, 3);
  assert.equal(found.begins, 1000);
});

Deno.test("a named packet that the far tap does not have is said not to have been seen there", () => {
  const near = [datagram(1, 0, 1), datagram(2, 10, 2)];
  const frames = new Map([[FAR, [datagram(1, 500, 2)]], [NEAR, near]]);
  const named = { "wan-s0": [1] };
  const [first, second] = packets(diagram(frames, { named }).diagram);
  assert.deepEqual([first.named, first.missedAt], [true, ["wan-r0"]]);
  assert.deepEqual([second.named, second.missedAt], [false, []]);
  const unnamed = packets(diagram(frames).diagram);
  assert.deepEqual(unnamed[0].missedAt, [], "nobody looked for it through the whole capture");
});

Deno.test("a named packet is found at the far tap however late it comes there", () => {
  const near = Array.from({ length: 300 }, (_, i) => datagram(i + 1, i, i));
  const far = near.map((frame, i) => ({ ...frame, number: i + 1, nanoseconds: 5e8 + i }));
  const { diagram: found, kept } = diagram(new Map([[NEAR, near], [FAR, far]]), {
    named: { "wan-r0": [250] },
    head: 4,
  });
  const [row] = packets(found).filter(({ named }) => named);
  assert.deepEqual(row.sightings.map(({ tap, number }) => `${tap} ${number}`), [
    "wan-s0 250",
    "wan-r0 250",
  ]);
  assert.equal(row.shown.tap, "wan-r0");
  assert.ok(kept < 40);
});

Deno.test("rows and gaps together account for every frame", () => {
  const near = Array.from({ length: 2000 }, (_, i) => datagram(i + 1, i, i));
  const far = near.slice(0, 1500).map((frame) => ({ ...frame }));
  const { diagram: found } = diagram(new Map([[NEAR, near], [FAR, far]]), {
    named: { "wan-s0": [1000, 1700] },
    head: 5,
  });
  let frames = 0;
  for (const row of found.rows) {
    frames += row.kind === "gap" ? row.skipped : row.sightings.length;
  }
  assert.equal(frames, 3500);
  assert.ok(found.rows.length < 60);
});

Deno.test("what is kept does not grow with the capture", () => {
  const many = function* () {
    for (let i = 1; i <= 100_000; i++) yield datagram(i, i, i);
  };
  const numbers = Array.from({ length: 5000 }, (_, i) => i * 20 + 1);
  const { kept } = diagram(new Map([[NEAR, many()]]), { named: { "wan-s0": numbers }, head: 24 });
  assert.ok(kept < 400, String(kept));
});

Deno.test("hosts stand beside their devices, and a router is passed over", () => {
  const places = new Places({ topology: TOPOLOGY });
  const nodes = ["server", "stranger", "sender", "receiver", "client"];
  assert.deepEqual(places.order(nodes), ["client", "sender", "receiver", "server", "stranger"]);
  const hop = (source: string, destination: string, tap: Tap) =>
    Object.values(places.hop(between(source, destination, 1, 0), tap));
  assert.deepEqual(hop("10.1.1.2", "10.2.1.2", LAN), ["client", "sender"]);
  assert.deepEqual(hop("10.2.1.2", "10.1.1.2", LAN), ["sender", "client"]);
  assert.deepEqual(hop("10.4.1.1", "10.3.1.1", NEAR), ["receiver", "sender"]);
  assert.deepEqual(hop("192.0.2.1", "192.0.2.2", NEAR), ["", ""]);
});

Deno.test("without a topology, addresses stand for nodes, and there are only so many columns", () => {
  const frames = Array.from(
    { length: 30 },
    (_, i) => between(`10.0.0.${i + 1}`, "10.0.1.1", i + 1, i),
  );
  const { diagram: found } = diagram(new Map([[NEAR, frames]]), {
    evidence: { topology: undefined },
    head: 30,
  });
  assert.equal(found.columns.length, 8);
  assert.equal(found.columns[0], "10.0.0.1");
  assert.equal(found.columns[7], "others");
  assert.ok(packets(found).every(({ from, to }) => from >= 0 && to === 7));
});
