import { deepStrictEqual, strictEqual } from "node:assert";
import { icmpUnreachable, udpDatagram } from "../../../captures/wire/build.ts";
import { AddressTranslation } from "./translate.ts";

const PAIRS: [string, string][] = [
  ["10.9.0.1", "198.51.100.7"],
  ["10.9.0.2", "192.0.2.10"],
  ["fd00:9::1", "2001:db8:7::7"],
  ["fd00:9::2", "2001:db8::10"],
];

const datagram = (source: string, destination: string, checksum?: boolean) =>
  udpDatagram({
    ...{ source, destination, sourcePort: 1701, destinationPort: 1702, checksum },
    payload: Uint8Array.of(1, 2, 3),
  });

function translated(packet: Uint8Array): string {
  const copy = packet.slice();
  new AddressTranslation(PAIRS).translate(copy);
  return copy.toHex();
}

Deno.test("what leaves and what comes back is as if it had been sent from there", () => {
  for (const [lab, outside] of [[PAIRS[1], PAIRS[0]], [PAIRS[3], PAIRS[2]]]) {
    const [peer, own] = lab, [device, real] = outside;
    strictEqual(translated(datagram(peer, device)), datagram(own, real).toHex());
    strictEqual(translated(datagram(real, own)), datagram(device, peer).toHex());
  }
});

Deno.test("a datagram without a checksum keeps none, and one with a wrong one a wrong one", () => {
  const none = datagram("10.9.0.2", "10.9.0.1", false);
  strictEqual(translated(none), datagram("192.0.2.10", "198.51.100.7", false).toHex());
  const wrong = datagram("10.9.0.2", "10.9.0.1");
  wrong[27] ^= 1;
  const right = datagram("192.0.2.10", "198.51.100.7");
  const got = Uint8Array.fromHex(translated(wrong));
  strictEqual(Math.abs(got[27] - right[27]), 1);
  deepStrictEqual([...got.subarray(0, 26)], [...right.subarray(0, 26)]);
});

Deno.test("the datagram that an ICMP error quotes is translated with it", () => {
  const error = (from: string, to: string, quoted: Uint8Array) =>
    icmpUnreachable({ source: from, destination: to, datagram: quoted });
  strictEqual(
    translated(error("198.51.100.7", "192.0.2.10", datagram("192.0.2.10", "198.51.100.7"))),
    error("10.9.0.1", "10.9.0.2", datagram("10.9.0.2", "10.9.0.1")).toHex(),
  );
});

Deno.test("strangers keep their addresses, and what is cut off anywhere harms nobody", () => {
  strictEqual(
    translated(datagram("203.0.113.9", "192.0.2.10")),
    datagram("203.0.113.9", "10.9.0.2").toHex(),
  );
  for (const whole of [datagram("10.9.0.2", "10.9.0.1"), datagram("fd00:9::2", "fd00:9::1")]) {
    for (let n = 0; n < whole.length; n++) {
      strictEqual(translated(whole.subarray(0, n)).length, 2 * n);
    }
  }
});
