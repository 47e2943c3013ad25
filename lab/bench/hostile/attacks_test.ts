/** What hostile captures make collectors keep is bounded, and what is turned away is confessed. */
import assert from "node:assert/strict";
import { gather } from "../../../suites/engine/gather.ts";
import { readCaptureFile } from "../../../suites/engine/read_capture_file.ts";
import type { FactCollector } from "../../../suites/kit/collector.ts";
import type { Evidence } from "../../../suites/kit/evidence.ts";
import { allSuites } from "../../../suites/registry.ts";
import { newRecord } from "../../worlds/evidence_writer.ts";
import { referenceProfile } from "../../devices/reference.ts";
import { ATTACKS } from "./attacks.ts";

/** Gathers all facts of a suite from an attack, as if its first scenario had left that at one tap. */
async function confessions(word: string, attack: string, octets: number) {
  const suite = (await allSuites()).find(({ name }) => name === word)!;
  const scenario = suite.scenarios[0], folder = await Deno.makeTempDir({ prefix: "plumbline-" });
  try {
    const { paths: [path] } = ATTACKS[attack](folder, octets);
    const record = newRecord({ suite, scenario, seed: 1, profiles: {}, directory: "" }, "memory");
    for (const [node, { role, config }] of Object.entries(scenario.nodes)) {
      record.nodes[node] = { role, config, profile: referenceProfile(suite, role) };
    }
    const tap = record.taps.find(({ side }) => side === "wan")!;
    const taps = [{ ...tap, file: path.slice(folder.length + 1) }];
    const evidence: Evidence = { ...record, taps, directory: folder };
    const collectors = new Map<string, FactCollector<unknown>>();
    for (const { needs } of suite.checks) {
      for (const collector of Object.values(needs)) collectors.set(collector.name, collector);
    }
    const listener = { evidence, collectors: [...collectors.values()] };
    const { findings: [{ excess, broken }] } = await gather([listener], readCaptureFile);
    assert.deepEqual([...broken], []);
    return [...excess.values()].join("; ");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const BOUNDS: [suite: string, attack: string, octets: number, confession: RegExp][] = [
  ["l2tp", "AVPs of 6 octets", 3e6, /^\d+ AVPs beyond the 393216 that are kept/],
  ["l2tp", "zero-length bodies", 10e6, /control messages beyond the 163840 that are kept/],
  ["l2tp", "control connections", 2e6, /control connections at a tap beyond the 16384/],
  ["l2tp", "sessions", 2e6, /data flows beyond the 32768/],
  ["l2tp", "addresses of one session", 2e6, /data flows beyond the 32768/],
  ["l2tp", "first fragments", 1e6, /first fragments beyond the 4096/],
  ["tunnel_cluster", "cluster: requests", 8e6, /messages of L2TP at a tap beyond the 32768/],
  ["tunnel_cluster", "cluster: long messages", 10e6, /octets of messages beyond the 8388608/],
  ["tunnel_cluster", "cluster: reports", 3e6, /messages of the cluster at a tap beyond the 32768/],
  ["tunnel_cluster", "cluster: malformed", 1e6, /malformed messages of the cluster at a tap/],
  ["tunnel_cluster", "cluster: tunnels and sessions", 2e6, /tunnels at a tap beyond the 8192/],
  ["tunnel_cluster", "cluster: clients' data", 10e6, /octets of clients' datagrams beyond/],
  [
    "tunnel_cluster",
    "cluster: small datagrams",
    1e6,
    /clients' datagrams at a tap beyond the 16384/,
  ],
  ["core_identity", "core identity: sessions", 8e6, /packets of new sessions beyond the 65536/],
  ["core_identity", "core identity: tunnels", 2e6, /packets of new tunnels beyond the 8192/],
  [
    "core_identity",
    "core identity: aggregates",
    1e6,
    /packets of new aggregated tunnels beyond the 256/,
  ],
  [
    "core_identity",
    "core identity: jumps",
    1e6,
    /jumps of global sequence numbers beyond the 4096/,
  ],
  ["core_identity", "core identity: announced cores", 3e6, /announcements of so many cores beyond/],
  ["core_identity", "core identity: excluded cores", 1e6, /announcements of so many cores beyond/],
];

for (const [suite, attack, octets, confession] of BOUNDS) {
  Deno.test(`${suite} keeps no more than it may of "${attack}", and says so`, async () => {
    assert.match(await confessions(suite, attack, octets), confession);
  });
}

Deno.test("every attack is a capture that can be read to its end, or up to where it is refused", async () => {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-" });
  try {
    for (const [name, write] of Object.entries(ATTACKS)) {
      const { paths, frames } = write(folder, 20_000);
      let read = 0;
      for (const path of paths) read += (await readCaptureFile(path, () => {})).frames;
      assert.equal(read, frames, name);
      for (const path of paths) await Deno.remove(path);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
