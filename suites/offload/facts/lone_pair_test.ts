import assert from "node:assert/strict";
import { PcapWriter } from "../../../captures/file/pcap_writer.ts";
import { readCapture } from "../../../captures/file/read.ts";
import { buildSegment, type Segment } from "../../../captures/wire/build_segment.ts";
import type { OpaqueFormat } from "../../../captures/wire/opaque.ts";
import { evidenceFromCaptures } from "../../engine/declared_captures.ts";
import { gather } from "../../engine/gather.ts";
import { profileSchema } from "../../kit/profile.ts";
import {
  brokenRules,
  brokenText,
  following,
  frameOf,
  segment,
  unit,
} from "../pairing/_testing/packets.ts";
import type { PairFacts } from "../pairing/pair_judge.ts";
import { privateFormat } from "./lone_pair.ts";
import { type CardFacts, pairFacts } from "./pairs.ts";
import { recogniser } from "./recogniser.ts";

/** A capture file of packets, each a millisecond behind the one before it. */
function captureOf(packets: readonly (Segment | Uint8Array)[]): Uint8Array {
  const { writer, output } = PcapWriter.inMemory();
  for (const [i, packet] of packets.entries()) writer.write(1, i * 1e6, frameOf(packet));
  writer.close();
  return output.bytes();
}

/** What is found of captures by their names, under a profile. */
async function factsOf(
  profile: Record<string, unknown>,
  captures: Readonly<Record<string, readonly (Segment | Uint8Array)[]>>,
): Promise<CardFacts> {
  const parsed = profileSchema.parse({
    ...{ name: "card", roles: ["nic"], classes: ["linux"], attach: { kind: "captures" } },
    ...profile,
  });
  const paths = Object.keys(captures).map((name) => `/nowhere/${name}.pcap`);
  const evidence = evidenceFromCaptures("offload", parsed, paths, ["nic"]);
  const listener = { evidence, collectors: [pairFacts], recognises: recogniser(evidence) };
  const { findings: [found] } = await gather([listener], async (path, sink) => {
    const name = path.split("/").at(-1)!.replace(".pcap", "");
    await readCapture(captureOf(captures[name]), sink);
    return { frames: captures[name].length };
  });
  return found.facts.get(pairFacts.name) as CardFacts;
}

const a = segment(), b = following(a), joined = unit([a, b]);
const PLAIN = { parameters: { preset: "plain", direction: "coalescing" } };

function received(facts: CardFacts): PairFacts {
  assert.ok(typeof facts !== "string", String(facts));
  assert.ok(facts.receive !== undefined);
  return facts.receive;
}

Deno.test("a pair is the first capture and the second, or those that a profile places", async () => {
  const first = received(await factsOf(PLAIN, { before: [a, b], after: [joined] }));
  assert.equal(first.units, 1);
  const taps = { "host*": { node: "nic", side: "lan" }, "wire*": { node: "nic", side: "wan" } };
  const attach = { kind: "captures", taps };
  const placed = received(await factsOf({ ...PLAIN, attach }, { host: [joined], wire: [a, b] }));
  assert.equal(placed.units, 1);
  const sent = await factsOf(
    { attach, parameters: { preset: "plain", direction: "segmentation" } },
    { wire: [a, b], host: [joined] },
  );
  assert.ok(typeof sent !== "string");
  assert.equal(sent.send?.units, 1);
  assert.equal(sent.receive, undefined);
});

Deno.test("what is no pair, or of which no preset is named, is not judged, and it is said why", async () => {
  const text = async (profile: Record<string, unknown>, names: readonly string[]) =>
    String(await factsOf(profile, Object.fromEntries(names.map((name) => [name, [a]]))));
  assert.match(await text(PLAIN, ["one"]), /a capture before a device and one behind it .* is 1/);
  assert.match(await text(PLAIN, ["one", "two", "three"]), /there are 3/);
  assert.match(await text({}, ["before", "after"]), /names no preset/);
});

Deno.test("a tunnel of a vendor is described by the profile's formats", async () => {
  const format: OpaqueFormat = {
    ...{ protocol: 253, length: { octets: 12 }, adjusts: [] },
    formatId: { offset: 2, octets: 2, values: [0x1234] },
    flowId: { offset: 6, octets: 2 },
  };
  const octets = [{ offset: 2, value: 0x12 }, { offset: 3, value: 0x34 }];
  const formats = {
    opaque: {
      match: { ip_protocol: 253, octets },
      fields: { opaque: { offset: 0, length: 12 }, flow_id: { offset: 6, length: 2 } },
    },
  };
  const parsed = profileSchema.parse({
    ...{ name: "card", roles: ["nic"], attach: { kind: "captures" }, formats },
  });
  assert.deepEqual(privateFormat(parsed), format);
  const tunnelled = (inner: Segment, flowId: number): Segment => ({
    ...inner,
    tunnel: {
      format,
      ip: {
        source: "192.0.2.1",
        destination: "192.0.2.2",
        identification: inner.ip.identification,
      },
      opaque: Uint8Array.of(0, 0, 0x12, 0x34, 0, 0, 0, flowId, 0, 0, 0, 0),
    },
  });
  const one = tunnelled(a, 1), two = tunnelled(b, 1), other = tunnelled(b, 2);
  const profile = { formats, parameters: { direction: "coalescing" } };
  const good = received(await factsOf(profile, { before: [one, two], after: [unit([one, two])] }));
  assert.deepEqual(brokenRules(good), [], brokenText(good));
  const mixed = received(
    await factsOf(profile, { before: [one, other], after: [unit([one, other])] }),
  );
  assert.deepEqual(brokenRules(mixed), ["join_flow_id"]);
});

Deno.test("a tunnel over UDP of a vendor may keep its UDP length, or have it adjusted", async () => {
  const formats = {
    opaque: {
      match: { udp_port: 7777 },
      fields: { opaque: { offset: 0, length: 4 }, flow_id: { offset: 2, length: 2 } },
    },
  };
  const build = (inner: Segment, length: number): Uint8Array => {
    const header = Uint8Array.of(0xc0, 0, 7777 >> 8, 7777 & 255, length >> 8, length & 255, 0, 0);
    return buildSegment({
      ...inner,
      tunnel: {
        format: { protocol: 17, length: { octets: 12 }, adjusts: [] },
        ip: {
          source: "192.0.2.1",
          destination: "192.0.2.2",
          identification: inner.ip.identification,
        },
        opaque: Uint8Array.of(...header, 0, 0, 0, 5),
      },
    });
  };
  const came = [build(a, 152), build(b, 152)];
  const profile = { formats, parameters: { direction: "coalescing" } };
  for (const length of [152, 252]) {
    const facts = received(
      await factsOf(profile, { before: came, after: [build(joined, length)] }),
    );
    assert.deepEqual(brokenRules(facts), [], brokenText(facts));
    assert.equal(facts.units, 1);
  }
});

Deno.test("captures that stand the other way round are told to do so, and nothing is held against a card", async () => {
  const c = following(b), d = following(c);
  const came = [a, b, c, d], left = [joined, unit([c, d])];
  const swapped = await factsOf(PLAIN, { before: left, after: came });
  assert.match(String(swapped), /^the captures show the opposite of what is declared/);
  const cut = { parameters: { preset: "plain", direction: "segmentation" } };
  assert.equal(await factsOf(cut, { before: came, after: left }), swapped);
  // Whoever joined anything did what is declared.
  received(
    await factsOf(PLAIN, { before: [...came, following(d)], after: [...left, following(d)] }),
  );
});

Deno.test("of captures in which nothing fits, and of a tunnel that none shows, it is said", async () => {
  const other = segment({ sourcePort: 7777, sequence: 5, salt: 9 });
  const { notes } = received(await factsOf(PLAIN, { before: [a, b], after: [other] }));
  assert.match(notes.join(), /^no packet that left is one that came/);
  const vxlan = { parameters: { preset: "vxlan", direction: "coalescing" } };
  const found = received(await factsOf(vxlan, { before: [a, b], after: [joined] }));
  assert.deepEqual(found.notes, ["no packet is in a tunnel that is declared"]);
});
