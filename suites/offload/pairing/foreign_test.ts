import assert from "node:assert/strict";
import type { Segment } from "../../../captures/wire/build_segment.ts";
import { OPAQUE_FORMATS } from "../../../captures/wire/opaque.ts";
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import {
  brokenRules,
  brokenText,
  following,
  frameOf,
  judgeAllPairs,
  judgePair,
  segment,
  type Timed,
  unit,
} from "./_testing/packets.ts";
import { randomPair } from "./_testing/random_pairs.ts";

const { ack, psh, fin } = TcpFlag;
const HOST = "10.0.0.1", NETWORK = "10.0.0.2";

/** Six segments, the last with FIN, and what they are as one. */
function stream(source: string, destination: string, sequence: number): [Segment[], Segment] {
  const parts = [segment({ sequence, ip: { source, destination } })];
  for (let i = 1; i < 6; i++) {
    parts.push(
      following(parts[i - 1], {
        flags: i === 5 ? ack | psh | fin : ack,
        length: i === 5 ? 40 : 100,
      }),
    );
  }
  return [parts, unit(parts)];
}

Deno.test("packets that go back are told by both clocks, and judged as what they are", () => {
  // The wire is before, and the host behind; its clock is two hours ahead.
  const before: Timed[] = [], after: Timed[] = [], ahead = 7200;
  let now = 1000;
  const add = (side: Timed[], packet: Segment, late = 0) =>
    side.push({ at: now + late + (side === after ? ahead : 0), bytes: frameOf(packet) });
  const [received] = stream(NETWORK, HOST, 5000), [sent, large] = stream(HOST, NETWORK, 9000);
  for (let i = 0; i < 20; i++) {
    now += 0.01;
    const bare = (source: string, destination: string) =>
      segment({ length: 0, sequence: 1, ip: { source, destination, identification: 100 + i } });
    add(before, bare(NETWORK, HOST));
    add(after, bare(NETWORK, HOST), 20e-6);
    now += 0.01;
    add(after, bare(HOST, NETWORK));
    add(before, bare(HOST, NETWORK), 20e-6);
  }
  now += 0.01;
  // Windows joins no FIN: as one that the host sent it is legal, as a unit it is not.
  received.pop();
  for (const part of received) add(before, part);
  add(after, unit(received), 30e-6);
  now += 0.01;
  add(after, large);
  for (const [i, part] of sent.entries()) add(before, part, (10 + i) * 1e-6);
  const declaration = { implementation: "windows", direction: "coalescing", formats: [] } as const;
  const found = judgeAllPairs(declaration, before, after);
  assert.deepEqual(found.map(({ direction }) => direction), ["coalescing", "segmentation"]);
  assert.deepEqual(found.flatMap(brokenRules), [], found.map(brokenText).join());
  assert.deepEqual(found.map(({ units }) => units), [1, 1]);
  // And a fault of the way back is found as one.
  const bad = unit(sent);
  bad.window = 1;
  const faulty = after.map((packet) =>
    packet.bytes.length > 500 && packet.at > now + ahead - 0.001
      ? { at: packet.at, bytes: frameOf(bad) }
      : packet
  );
  const broken = judgeAllPairs(declaration, before, faulty).map(brokenRules);
  assert.deepEqual(broken, [[], ["segment_acknowledgment"]]);
});

Deno.test("a port that shows every frame twice is seen to do so, at either side or at both", () => {
  const twice = (packets: Timed[]) => packets.flatMap((packet) => [packet, packet]);
  for (let seed = 2; seed < 200; seed += 8) {
    const { came, left } = randomPair(seed);
    for (const [a, b] of [[twice(came), left], [came, twice(left)], [twice(came), twice(left)]]) {
      const facts = judgePair({ implementation: "linux", formats: [OPAQUE_FORMATS.gre_key] }, a, b);
      assert.ok(!brokenRules(facts).includes("path_doubled"), brokenText(facts));
      assert.ok(!brokenRules(facts).includes("path_lost"), brokenText(facts));
    }
  }
});

Deno.test("what lies between two captures is told by the larger packets where nothing says it", () => {
  const [parts, whole] = stream(HOST, NETWORK, 1);
  const declaration = { direction: undefined };
  assert.equal(judgePair(declaration, parts, [whole]).direction, "coalescing");
  assert.equal(judgePair(declaration, [whole], parts).direction, "segmentation");
});
