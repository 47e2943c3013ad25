import { deepStrictEqual, strictEqual } from "node:assert";
import { udpDatagram } from "../../captures/wire/build.ts";
import { dissectFrom } from "../../captures/dissect/dissect.ts";
import { compareWithScapy } from "./agreement.ts";
import type { ScapyLayer } from "./scapy.ts";

const ENDS = { source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 1, destinationPort: 2 };
const THEIRS: ScapyLayer[] = [
  ["IP", {
    ...{ src: "10.0.0.1", dst: "10.0.0.2", len: 30, id: 0, ttl: 64, proto: 17 },
  }],
  ["UDP", { sport: 1, dport: 2, len: 10 }],
  ["Raw", { load: { hex: "0102" } }],
];

Deno.test("what both read is compared, and what one alone lacks is a difference", () => {
  const octets = udpDatagram({ ...ENDS, payload: Uint8Array.of(1, 2) });
  const from = { table: "linkType", keys: [101], start: 0, end: octets.length } as const;
  const layers = dissectFrom({ ...from, keys: [101] }, octets, new DataView(octets.buffer));
  const field = (name: string) =>
    layers.flatMap(({ fields }) => fields).find((each) => each.name === name)!.value as number;
  const theirs = structuredClone(THEIRS);
  theirs[0][1].id = field("identification");
  theirs[0][1].chksum = layers[1].fields.find(({ name }) => name === "checksum")!.value as number;
  theirs[1][1].chksum = layers[2].fields.find(({ name }) => name === "checksum")!.value as number;
  deepStrictEqual(compareWithScapy(layers, theirs), { compared: 11, differences: [] });
  theirs[0][1].ttl = 63;
  delete theirs[1][1].dport;
  const { differences } = compareWithScapy(layers, theirs);
  strictEqual(differences[0].field, "ipv4.ttl");
  deepStrictEqual(differences[0], { field: "ipv4.ttl", ours: "64", theirs: "63" });
});
