/** A suite of a trivial network card between a host that leaves segmentation to it and a network. */
import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { HeaderWalker } from "../../captures/walk.ts";
import { Checksum, transportChecksum } from "../../captures/verify.ts";
import { TcpFlag, tcpSegment } from "../../captures/wire/build.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { gather } from "../../suites/engine/gather.ts";
import { loadEvidence } from "../../suites/engine/load.ts";
import { readCaptureFile } from "../../suites/engine/read_capture_file.ts";
import { linkAddress } from "../../suites/kit/link_address.ts";
import type { Scenario, TransferOutcome } from "../../suites/kit/scenario.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { testSuite } from "../../suites/_testing/test_suite.ts";
import type { World } from "../worlds/world.ts";
import { bridged, HOST, NETWORK } from "./test_bridge.ts";
import { TrivialCard } from "./trivial_card.ts";

/** What the last scenario transferred. */
let transferred: TransferOutcome[] = [];

/** Octets of a datagram's payload that a host is told to send. */
const LARGE = 50_000;

/** Octets from the host by family, and back to it. */
const OCTETS = { 4: 100_000_000, 6: 20_000_000 }, BACK = 5_000_000;

const { topology, config } = {
  topology: bridged([65_535, 1500], { loss: 0.002, delay: 0.2, jitter: 0.1 }, true),
  config: {
    mtu: 1500,
    frames: [{ port: "host", interface: "host0" }, { port: "wire", interface: "wire0" }],
  },
};

const scenario: Scenario = {
  id: "card/transfer",
  title: "TCP through a card that segments and coalesces, on a wire that loses and reorders",
  suite: "card",
  class: "X1",
  topology: { ...topology, taps: topology.taps.filter(({ node }) => node === "nic") },
  nodes: { nic: { role: "sender", config } },
  async run(driver) {
    await driver.datagrams("host", [
      tcpSegment({
        ...{ source: HOST[4], destination: NETWORK[4], sourcePort: 3999, destinationPort: 5000 },
        ...{ sequence: 1, flags: TcpFlag.ack, payload: new Uint8Array(LARGE).fill(7) },
      }),
    ]);
    for (const family of [4, 6] as const) {
      const flow = { from: "host", to: "network", sourcePort: 4000, destinationPort: 5000, family };
      const scale = topologyIsReal(driver) ? 1 : 50;
      transferred.push(
        await driver.tcp({
          flow,
          octets: OCTETS[family] / scale,
          octetsBack: BACK / scale,
        }),
      );
    }
  },
};

/** Whether real TCP plays: that of the memory world waits for a timer after each loss. */
const topologyIsReal = (driver: object) => driver.constructor.name !== "MemoryDriver";

const CARD: Suite = {
  ...testSuite([]),
  name: "card",
  scenarios: [scenario],
  peer: (_role, config) => new TrivialCard(config),
};

/** For the processes that host peers and labs. */
export const SUITES = { card: CARD };

/** What a capture shows: the largest datagram from the host and to it, and segments with wrong checksums. */
interface Seen {
  fromHost: number;
  toHost: number;
  wrong: number;
}

async function seenIn(path: string): Promise<Seen> {
  const host = linkAddress(0, 0).toHex(), seen: Seen = { fromHost: 0, toHost: 0, wrong: 0 };
  const w = new HeaderWalker();
  await readCaptureFile(path, (frame) => {
    const { bytes, start } = frame;
    if (!w.walk(frame) || w.l4 < 0 || w.protocol !== IP_PROTOCOL.TCP) return;
    const way = bytes.subarray(start + 6, start + 12).toHex() === host ? "fromHost" : "toHost";
    seen[way] = Math.max(seen[way], w.end - w.l3);
    if (transportChecksum(frame, w) !== Checksum.correct) seen.wrong++;
  });
  return seen;
}

/** Payload lengths of the TCP segments from a port in a capture. */
async function lengthsFrom(port: number, path: string): Promise<number[]> {
  const found: number[] = [], w = new HeaderWalker();
  await readCaptureFile(path, (frame) => {
    if (!w.walk(frame) || w.protocol !== IP_PROTOCOL.TCP || w.sourcePort !== port) return;
    found.push(w.end - w.l4 - (frame.bytes[w.l4 + 12] >> 4) * 4);
  });
  return found;
}

/** Runs the scenario in a world, and looks at what it leaves. */
export async function cardIn(world: World, directory: string): Promise<void> {
  transferred = [];
  const record = await world.run({ suite: CARD, scenario, profiles: {}, seed: 1, directory });
  strictEqual(record.problem, undefined);
  for (const { sent, received, intact } of transferred) {
    deepStrictEqual([received, intact], [sent, true]);
  }
  strictEqual(transferred.length, 2);
  ok(record.linkCounters.WIRE.lost > 0);
  deepStrictEqual(await lengthsFrom(3999, `${directory}/host.pcapng`), [LARGE]);
  const cut = Array.from({ length: Math.ceil(LARGE / 1460) }, (_, i) => i * 1460)
    .map((at) => Math.min(1460, LARGE - at));
  deepStrictEqual(await lengthsFrom(3999, `${directory}/wire.pcapng`), cut);
  const host = await seenIn(`${directory}/host.pcapng`);
  const wire = await seenIn(`${directory}/wire.pcapng`);
  deepStrictEqual([host.wrong, wire.wrong], [0, 0]);
  ok(host.fromHost > 30_000, `the host's TCP sent at most ${host.fromHost} octets`);
  ok(host.toHost > 1500, `the card joined at most ${host.toHost} octets`);
  ok(wire.fromHost <= 1500 && wire.toHost <= 1500, `${wire.fromHost}, ${wire.toHost}`);
  const { damage } = await gather(
    [{ evidence: await loadEvidence(directory), collectors: [] }],
    readCaptureFile,
  );
  deepStrictEqual(damage, []);
}
