import assert from "node:assert/strict";
import { CoreIdentityDataView } from "../../../captures/view/core_identity_data.ts";
import { hex } from "../../../captures/wire/octets.ts";
import { Secrets } from "./secrets.ts";

/** 00 01 02 … 1f. The octets below were made with it by pyca/cryptography. */
const KEY = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, "0")).join("");

function view(text: string): CoreIdentityDataView {
  const data = new CoreIdentityDataView();
  assert.ok(data.at(Uint8Array.from(text.match(/../g)!, (pair) => parseInt(pair, 16))));
  return data;
}

const DATAGRAM = "11920004" + "00070003000000050000000600000009" + "00000022" + "1122334455667788" +
  "45000000" + "6d4503c09c4c" + "0102030405060708" + "64d5a18e3642879780d9337ba32092be";
const PACKET = "119c0000" + "e8bf94017bc79bfc768de6da693d641a47a507c7" + "1122334455667788" +
  "450102" + "0102030405060708" + "923bd3d5e7630b9171e6fe02eb28ee4e";

Deno.test("a datagram opens that another implementation sealed, its clear octets in front", () => {
  const opened = new Secrets(KEY).datagram(view(DATAGRAM), 0x11223344, 0x55667788, true);
  assert.equal(opened && hex(opened), "45000000aabbccddeeff");
});

Deno.test("a datagram with another identity, direction or octet does not open", () => {
  const secrets = new Secrets(KEY);
  assert.equal(secrets.datagram(view(DATAGRAM), 0x11223344, 0x55667789, true), undefined);
  assert.equal(secrets.datagram(view(DATAGRAM), 0x11223344, 0x55667788, false), undefined);
  const altered = view(DATAGRAM.replace("6d45", "6d46"));
  assert.equal(secrets.datagram(altered, 0x11223344, 0x55667788, true), undefined);
});

Deno.test("a tunnel header becomes clear, and nothing else changes", () => {
  const packet = new Secrets(KEY).packet(view(PACKET), false);
  assert.equal(
    packet && hex(packet, 4, 24),
    "0007000300000005000000060000000900000003",
  );
  assert.equal(packet && hex(packet, 24), PACKET.slice(48));
  assert.equal(new Secrets(KEY).packet(view(PACKET.replace("450102", "450103")), false), undefined);
});

Deno.test("the mask of an identity is the first of the key stream", () => {
  assert.equal(hex(new Secrets(KEY).mask(view(DATAGRAM), true)), "970460fce11e98f7");
});
