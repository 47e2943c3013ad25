import assert from "node:assert/strict";
import { TcpFlag } from "../../captures/wire/build.ts";
import {
  BASE,
  burst,
  type Change,
  coalesced,
  flags,
  NONE,
  options,
  sizes,
  timestamp,
  withIp,
} from "./_testing/bursts.ts";
import { segmentFrame } from "./_testing/segments.ts";

const { fin: FIN } = TcpFlag, CWR = 0x80;

Deno.test("what differs between implementations is what the tables say", () => {
  const of = (implementation: string, ...changes: Change[]) =>
    sizes(burst(BASE, ...changes), { coalescing: { implementation } });
  const ttl = (implementation: string) => {
    const [a, b] = burst(BASE, NONE, NONE);
    const frames = [a, withIp(b, { ttl: 60 })].map((one) => segmentFrame(one));
    return coalesced(frames, { coalescing: { implementation } }).map((frame) => frame[14 + 8]);
  };
  const table: Record<string, [string, string, string, string, string]> = {
    // windows, dpdk, freebsd, qemu, linux
    longer: ["150", "150", "150", "150", "50|100"],
    ack: ["200", "100|100", "200", "200", "100|100"],
    fin: ["100|100", "100|100", "100|100", "100|100", "200"],
    update: ["100", "100|0", "100", "100", "100|0"],
    later: ["200", "100|100", "200", "100|100", "100|100"],
    earlier: ["100|100", "100|100", "100|100", "100|100", "100|100"],
    mss: ["100|100", "200", "100|100", "100|100", "200"],
    cwr: ["200", "100|100", "100|100", "100|100", "100|100"],
  };
  const changes: Record<string, Change[]> = {
    longer: [{ octets: 50 }, NONE],
    ack: [NONE, { acknowledgment: 10 }],
    fin: [NONE, flags(FIN)],
    update: [NONE, { octets: 0, window: 2000 }],
    later: [timestamp(5), timestamp(6)],
    earlier: [timestamp(6), timestamp(5)],
    mss: [options(2, 4, 5, 180), options(2, 4, 5, 180)],
    cwr: [flags(CWR), flags(CWR)],
  };
  const names = ["windows", "dpdk", "freebsd", "qemu", "linux"];
  for (const [what, wanted] of Object.entries(table)) {
    assert.deepEqual(names.map((name) => of(name, ...changes[what])), wanted, what);
  }
  assert.deepEqual(names.map(ttl), [[60], [64], [64, 60], [64], [64, 60]]);
});

Deno.test("a unit of Windows has the last acknowledgment, window and timestamp, and a right checksum", () => {
  const segments = burst(BASE, timestamp(5), {
    ...timestamp(6),
    ...{ acknowledgment: 10, window: 2000 },
  }, { ...timestamp(6), octets: 0, acknowledgment: 10, window: 3000 });
  const [unit, ...more] = coalesced(segments.map((one) => segmentFrame(one)), {
    coalescing: { implementation: "windows" },
  });
  assert.equal(more.length, 0);
  const payload = new Uint8Array(200);
  segments.forEach((one, i) => payload.set(one.payload!, i * 100));
  const wanted = { ...segments[0], ...timestamp(6), acknowledgment: 10, window: 3000, payload };
  assert.equal(unit.toHex(), segmentFrame(wanted).toHex());
});
