import assert from "node:assert/strict";
import fc from "fast-check";
import { fragment, udpDatagram } from "../../captures/wire/build.ts";
import { buildSegment } from "../../captures/wire/build_segment.ts";
import { checksum } from "../../captures/wire/checksum.ts";
import { viewOf } from "../../captures/wire/octets.ts";
import { OPAQUE_FORMATS, type OpaqueFormatName } from "../../captures/wire/opaque.ts";
import { EdgeMachine } from "./edge.ts";
import type { OffloadOverrides } from "./overrides.ts";
import { frameOf, type Traced } from "./_testing/segments.ts";

const NAMES = Object.keys(OPAQUE_FORMATS) as OpaqueFormatName[];
/** Formats that tell networks apart. */
const TELLING = NAMES.filter((name) => !/plain|gre_checksum|ip/.test(name));

const MAC = (number: number) => `02:00:00:00:01:${number.toString(16).padStart(2, "0")}`;

/** One of two edges, each with two tenants in which the same addresses are used. */
function edgeOf(
  number: 1 | 2,
  format: OpaqueFormatName,
  more: { config?: Record<string, unknown>; overrides?: OffloadOverrides; networks?: number[] } =
    {},
) {
  const other = 3 - number, networks = more.networks ?? [7, 8], traced: Traced[] = [];
  const machine = (of: number, six: boolean) => six ? `2001:db8::${of}` : `10.0.0.${of}`;
  const outer = (of: number) => `192.0.2.${of}`;
  const edge = new EdgeMachine(
    {
      format,
      cloud: { mac: MAC(number), address: outer(number) },
      tenants: networks.map((network, i) => ({
        ...{ port: `tenant${i}`, network, mac: MAC(10 + i) },
        members: [false, true].map((six) => ({
          ...{ address: machine(number, six), slot: number, mac: MAC(20 + i) },
        })),
      })),
      remotes: networks.flatMap((network) =>
        [false, true].map((six) => ({
          ...{ network, address: machine(other, six), slot: other },
          ...{ outer: outer(other), mac: MAC(other) },
        }))
      ),
      ...more.config,
    },
    { random: () => 0, trace: (event, fields) => traced.push({ event, fields }) },
    more.overrides,
  );
  const through = (port: string, frame: Uint8Array) => {
    edge.receive(port, frame, 0);
    const out: { port: string; packet: Uint8Array }[] = [];
    for (let t = edge.transmit(0); t !== undefined; t = edge.transmit(0)) out.push(t);
    return out;
  };
  const reasons = () => traced.map(({ fields }) => fields.reason);
  return { through, reasons };
}

const ENDS = {
  4: { source: "10.0.0.1", destination: "10.0.0.2" },
  6: { source: "2001:db8::1", destination: "2001:db8::2" },
};

const tcp = (family: 4 | 6, part: Record<string, unknown> = {}) =>
  buildSegment({
    ip: { ...ENDS[family], dscp: 9, ecn: 2, ttl: 3, dontFragment: true },
    ...{ sourcePort: 1000, destinationPort: 80, sequence: 1, payload: new Uint8Array(100) },
    ...part,
  });

Deno.test("a datagram of a tenant arrives octet for octet at the one of its network, in every format", () => {
  const any = fc.record({
    format: fc.constantFrom(...NAMES),
    family: fc.constantFrom<4 | 6>(4, 6),
    tenant: fc.nat(1),
    octets: fc.uint8Array({ maxLength: 1300 }),
    udpChecksums: fc.boolean(),
  });
  fc.assert(fc.property(any, ({ format, family: wanted, tenant: chosen, octets, udpChecksums }) => {
    const family = format === "ipip" ? 4 : format === "ip6ip" ? 6 : wanted;
    const tells = TELLING.includes(format), networks = tells ? [7, 8] : [7];
    const tenant = tells ? chosen : 0, more = { networks, config: { udpChecksums } };
    const one = edgeOf(1, format, more), two = edgeOf(2, format, more);
    const datagram = udpDatagram({
      ...{ ...ENDS[family], sourcePort: 5, destinationPort: 6, payload: octets },
    });
    const [sent, ...rest] = one.through(`tenant${tenant}`, frameOf(datagram));
    assert.deepEqual(rest, []);
    assert.equal(sent.port, "cloud");
    assert.equal(sent.packet.slice(0, 12).toHex(), "020000000102020000000101");
    assert.equal(sent.packet[14 + 9], OPAQUE_FORMATS[format].protocol);
    assert.equal(checksum(sent.packet, viewOf(sent.packet), 14, 34), 0);
    assert.equal(sent.packet.slice(-datagram.length).toHex(), datagram.toHex());
    const [got, ...none] = two.through("cloud", sent.packet);
    assert.deepEqual(none, []);
    assert.equal(got.port, `tenant${tenant}`);
    assert.equal(got.packet.slice(14).toHex(), datagram.toHex());
    assert.deepEqual([...one.reasons(), ...two.reasons()], []);
  }));
});

Deno.test("the outer header has DSCP, ECN and DF of the inner one, and IDs that count", () => {
  const { through } = edgeOf(1, "gre_key");
  for (let i = 0; i < 3; i++) {
    const [{ packet }] = through("tenant0", frameOf(tcp(4)));
    assert.equal(
      packet.slice(14, 24).toHex(),
      `45260${(20 + 8 + 140).toString(16).padStart(3, "0")}000${i}4000402f`,
    );
    assert.equal(packet.slice(26, 34).toHex(), "c0000201c0000202");
  }
});

Deno.test("all packets of a stream have one opaque field, but for lengths, and other machines another", () => {
  for (const format of TELLING) {
    const { through } = edgeOf(1, format), { length } = OPAQUE_FORMATS[format];
    const octets = "octets" in length ? length.octets : length.more;
    const fieldOf = (port: string, datagram: Uint8Array) => {
      const field = through(port, frameOf(datagram))[0].packet.slice(34, 34 + octets);
      if (OPAQUE_FORMATS[format].protocol === 17) field.fill(0, 4, 6);
      if (format === "gre_adjusted") field.fill(0, 4, 8).fill(0, 12);
      return field.toHex();
    };
    const fields = [1, 500, 1200].map((size) =>
      fieldOf("tenant0", tcp(4, { sequence: size, payload: new Uint8Array(size) }))
    );
    assert.equal(new Set(fields).size, 1, format);
    assert.notEqual(fieldOf("tenant1", tcp(4)), fields[0], format);
  }
  const { through } = edgeOf(1, "udp_slots");
  const field = through("tenant0", frameOf(tcp(4)))[0].packet.slice(34, 54).toHex();
  assert.match(field, /^.{4}c1c200a00000000000070001000200000000$/);
});

Deno.test("what an edge does not know it refuses, and never fragments what is too large", () => {
  const cases: [string, Uint8Array, string][] = [
    ["tenant0", frameOf(tcp(4, { ip: { ...ENDS[4], destination: "10.0.0.9" } })), "destination"],
    ["tenant0", frameOf(tcp(4, { ip: { ...ENDS[4], source: "10.0.0.9" } })), "source"],
    ["tenant0", frameOf(tcp(4, { payload: new Uint8Array(1361) })), "octets"],
    ["tenant0", frameOf(new Uint8Array(28)), "no_datagram"],
    ["tenant0", frameOf(tcp(4)).slice(0, 60), "length"],
    ["cloud", frameOf(tcp(4)), "address"],
  ];
  for (const [port, frame, reason] of cases) {
    const { through, reasons } = edgeOf(1, "gre_key");
    assert.deepEqual(through(port, frame), []);
    assert.deepEqual(reasons(), [reason]);
  }
});

Deno.test("from the cloud only what is whole, and names a machine that is there, reaches a tenant", () => {
  const [{ packet }] = edgeOf(1, "gre_key").through("tenant0", frameOf(tcp(4)));
  const changed = (...changes: [number, number][]) => {
    const copy = packet.slice();
    for (const [at, value] of changes) copy[at] = value;
    const view = viewOf(copy);
    view.setUint16(24, 0);
    view.setUint16(24, checksum(copy, view, 14, 34));
    return copy;
  };
  const cases: [Uint8Array, string][] = [
    [changed([33, 9]), "address"],
    [changed([23, 17]), "format"],
    [changed([34, 0x30]), "format"],
    [changed([39, 9]), "receiver"],
    [changed([41, 9]), "receiver"],
    [changed([42, 0x65]), "version"],
    [changed([45, 0xff]), "length"],
    [changed([42 + 19, 9]), "receiver"],
    [changed([20, 0x20]), "fragment"],
  ];
  for (const [frame, reason] of cases) {
    const { through, reasons } = edgeOf(2, "gre_key");
    assert.deepEqual(through("cloud", frame), []);
    assert.deepEqual(reasons(), [reason]);
  }
  const [first] = fragment(packet.slice(14), 100);
  assert.deepEqual(edgeOf(2, "gre_key").through("cloud", frameOf(first)), []);
  const damaged = packet.slice();
  damaged[24] ^= 1;
  assert.deepEqual(edgeOf(2, "gre_key").through("cloud", damaged), []);
});

Deno.test("any octets on any port of an edge are no fault", () => {
  const edges = NAMES.map((name) =>
    edgeOf(2, name, TELLING.includes(name) ? {} : { networks: [7] })
  );
  const [{ packet }] = edgeOf(1, "geneve").through("tenant0", frameOf(tcp(4)));
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    fc.uint8Array({ maxLength: 120 }).map((bytes) => frameOf(bytes)),
    fc.array(fc.tuple(fc.nat(140), fc.nat(255)), { maxLength: 6 }).map((changes) => {
      const copy = packet.slice();
      for (const [at, value] of changes) copy[at] = value;
      return copy;
    }),
  );
  fc.assert(
    fc.property(octets, fc.constantFrom("cloud", "tenant0", "other"), (frame, port) => {
      for (const { through } of edges) through(port, frame);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a configuration that cannot be is refused with a word why", () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => edgeOf(1, "gre_plain"), /tells no networks apart/],
    [
      () => edgeOf(1, "gre_key", { networks: [70_000] }),
      /network must be at most 65535 in gre_key/,
    ],
    [() => edgeOf(1, "gre_key", { networks: [7, 7] }), /is twice in network 7/],
    [() => edgeOf(1, "gre_key", { config: { cloud: { mac: "x", address: "192.0.2.1" } } }), /MAC/],
    [() => edgeOf(1, "gre_key", { config: { cloud: { mac: MAC(1), address: "::1" } } }), /version/],
  ];
  for (const [make, why] of wrong) assert.throws(make, why);
});

Deno.test("a rule that is replaced decides: by address alone the wrong tenant gets it", () => {
  const bad = edgeOf(2, "gre_key", {
    overrides: { decapsulator: { receiverOf: (_, all) => all[0] } },
  });
  const [{ packet }] = edgeOf(1, "gre_key").through("tenant1", frameOf(tcp(4)));
  assert.deepEqual(bad.through("cloud", packet).map(({ port }) => port), ["tenant0"]);
});
