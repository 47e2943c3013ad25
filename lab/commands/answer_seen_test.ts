/** That suites which captures do not concern are not loaded, and that none is missed for it. */
import assert from "node:assert/strict";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import { LINK_TYPE } from "../../captures/link.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import { Captured, LAC, LNS } from "../../suites/l2tp/_testing/captured.ts";
import { allSuites } from "../../suites/registry.ts";
import { inFolder } from "../_testing/command_line.ts";
import { answerAbout, answerSeen } from "./answer_run.ts";

/** What is said of a capture with so many datagrams of nobody's before a tunnel, by whom. */
async function answers(before: number, withTunnel: boolean) {
  const found: string[][] = [];
  await inFolder(async (folder) => {
    const path = `${folder}/field.pcap`;
    const writer = PcapWriter.create(path, { linkType: LINK_TYPE.RAW });
    const other = udpDatagram({
      ...{ source: "192.0.2.1", destination: "192.0.2.2", sourcePort: 7, destinationPort: 9 },
      payload: new Uint8Array(40),
    });
    for (let i = 0; i < before; i++) writer.write(1_699_999_000 + i, 0, other, 0, other.length);
    const captured = withTunnel ? new Captured().tunnel(LAC, LNS).call(LAC, LNS).frames : [];
    for (const { seconds, nanoseconds, bytes } of captured) {
      writer.write(seconds, nanoseconds, bytes, 0, bytes.length);
    }
    writer.close();
    const all = await answerAbout([path], undefined, await allSuites());
    const seen = await answerSeen([path]);
    assert.deepEqual(seen.conversations, all.conversations);
    for (const { judged } of [all, seen]) found.push(judged.map(({ suite }) => suite.name));
  });
  return found;
}

Deno.test("the suites that a capture concerns answer as if all were loaded", async () => {
  assert.deepEqual(await answers(3, true), [["l2tp"], ["l2tp"]]);
});

Deno.test("a suite is loaded though the first of its frames come late", async () => {
  assert.deepEqual(await answers(2000, true), [["l2tp"], ["l2tp"]]);
});

Deno.test("a capture that concerns no suite is surveyed all the same", async () => {
  assert.deepEqual(await answers(20, false), [[], []]);
});

/** A module as `deno info` tells of it. */
interface LoadedModule {
  specifier: string;
  dependencies?: { isDynamic?: boolean; code?: { specifier?: string } }[];
}

Deno.test("check is loaded without schemas, devices and suites: it has to start at once", async () => {
  const root = new URL("./check_run.ts", import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--quiet", root],
  }).output();
  const { modules }: { modules: LoadedModule[] } = JSON.parse(new TextDecoder().decode(stdout));
  const known = new Map(modules.map((module) => [module.specifier, module]));
  const loaded = new Set([root]);
  for (const specifier of loaded) {
    for (const { isDynamic, code } of known.get(specifier)?.dependencies ?? []) {
      if (!isDynamic && code?.specifier !== undefined) loaded.add(code.specifier);
    }
  }
  assert.ok(loaded.size > 50, "the modules are known");
  const heavy = /npm:\/?zod|\/lab\/devices\/|\/peers\/(?!net\/)|\/suites\/\w+\/cases\//;
  assert.deepEqual([...loaded].filter((specifier) => heavy.test(specifier)), []);
});
