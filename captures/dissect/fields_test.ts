import assert from "node:assert/strict";
import fc from "fast-check";
import { clusterMessages } from "../_testing/cluster_records.ts";
import { controlMessages, dataPackets } from "../_testing/core_identity_records.ts";
import { corpus } from "../_testing/corpus.ts";
import { octets } from "../_testing/format_laws.ts";
import { emptyFrame } from "../file/format_reader.ts";
import { readCapture } from "../file/read.ts";
import { ipDatagram, udpDatagram } from "../wire/build.ts";
import * as data from "../wire/core_identity.ts";
import * as control from "../wire/core_identity_control.ts";
import { viewOf } from "../wire/octets.ts";
import * as cluster from "../wire/tunnel_cluster.ts";
import { dissect } from "./dissect.ts";
import { isField, knownNames, selectorsOf } from "./fields.ts";
import type { Layer } from "./layer.ts";
import { DISSECTORS } from "./registry.ts";

const CAPTURES = corpus();

/** Every layer and field can be named in a filter. */
function assertKnown(layers: readonly Layer[]): void {
  for (const { name, fields } of layers) {
    assert.equal(selectorsOf(name).length, 1, `${name} is not among the layers of fields.ts`);
    for (const field of fields) {
      assert.ok(isField(name, field.name), `${name}.${field.name} is not among those of fields.ts`);
    }
  }
}

function dissectOctets(bytes: Uint8Array, linkType: number): Layer[] {
  const there = { bytes, view: viewOf(bytes), end: bytes.length, originalLength: bytes.length };
  return dissect({ ...emptyFrame(), ...there, linkType });
}

Deno.test("every name that is known selects something", () => {
  for (const name of knownNames()) assert.ok(selectorsOf(name).length > 0, name);
  assert.deepEqual(selectorsOf("l2tp.avp_9_1"), [{ layer: "l2tp", field: "avp_9_1" }]);
  assert.deepEqual(selectorsOf("lcp.mru"), [{ layer: "ppp_lcp", field: "mru" }]);
  for (const name of ["l2tp.", ".ns", "l2tp.nss", "tcp.avp", ""]) {
    assert.deepEqual(selectorsOf(name), [], name);
  }
});

Deno.test("every field that a dissector gives for any octets can be named", () => {
  const tables = Object.entries(DISSECTORS.linkType).map(([key]) => Number(key));
  const frames = fc.tuple(fc.constantFrom(...tables), octets(0, 120));
  fc.assert(
    fc.property(frames, ([linkType, bytes]) => assertKnown(dissectOctets(bytes, linkType))),
    { numRuns: 1000 },
  );
  // Each dissector behind a port, an EtherType, or a protocol of PPP or IP.
  const ends = { source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 40000 };
  for (const port of Object.keys(DISSECTORS.udp).map(Number)) {
    fc.assert(
      fc.property(octets(0, 80), fc.constantFrom(0, 0x08, 0xc8, 0x10, 0x12), (bytes, first) => {
        if (bytes.length > 1) bytes.set([first, port === 1701 ? 3 : bytes[1] & 15]);
        const payload = bytes;
        assertKnown(dissectOctets(udpDatagram({ ...ends, destinationPort: port, payload }), 101));
      }),
    );
  }
  for (const type of Object.keys(DISSECTORS.etherType).map(Number)) {
    fc.assert(fc.property(octets(0, 80), (bytes) => {
      const frame = Uint8Array.of(...new Uint8Array(12), type >> 8, type, ...bytes);
      assertKnown(dissectOctets(frame, 1));
    }));
  }
  for (const protocol of Object.keys(DISSECTORS.ipProtocol).map(Number)) {
    fc.assert(fc.property(octets(0, 80), (payload) => {
      const { source, destination } = ends;
      assertKnown(dissectOctets(ipDatagram({ source, destination, protocol, payload }), 101));
    }));
  }
  for (const protocol of Object.keys(DISSECTORS.pppProtocol).map(Number)) {
    fc.assert(fc.property(octets(4, 80), fc.nat(15), (bytes, code) => {
      bytes.set([code, 1, 0, bytes.length]);
      const frame = Uint8Array.of(0xff, 3, protocol >> 8, protocol, ...bytes);
      assertKnown(dissectOctets(frame, 9));
    }));
  }
});

Deno.test("every field of our own formats can be named", () => {
  const check = (destinationPort: number) => (payload: Uint8Array) => {
    const ends = { source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 40000 };
    assertKnown(dissectOctets(udpDatagram({ ...ends, destinationPort, payload }), 101));
  };
  const legal = { version: 1 };
  const packets = dataPackets.map((p) => data.encode({ ...p, ...legal, type: 1 }));
  const messages = controlMessages.map((m) => control.encode({ ...m, ...legal, type: 2 }));
  const cluster9 = clusterMessages.map((m) =>
    cluster.encode({ ...m, ...legal, message: 1 + m.message % 9 })
  );
  fc.assert(fc.property(packets, check(49600)));
  fc.assert(fc.property(messages, check(49600)));
  fc.assert(fc.property(cluster9, check(49700)));
});

Deno.test({
  name: "every field of captures of others can be named",
  ignore: CAPTURES.length === 0,
  async fn() {
    for (const path of CAPTURES) {
      await readCapture(path, (frame) => {
        if (frame.number <= 40) assertKnown(dissect(frame));
      });
    }
  },
});
