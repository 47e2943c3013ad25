import assert from "node:assert/strict";
import { formatIpv4 } from "../../captures/wire/address.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import type { PeerEnvironment, Transmission } from "../machine.ts";
import { SharedAddressMachine } from "./shared_address.ts";
import { controlMessage, destinationOf, MASTER_ADDRESS, sccrq } from "./_testing/test_cluster.ts";

const SILENT: PeerEnvironment = { random: () => 0.5, trace() {} };
const INITIATOR = { address: "198.51.100.7", port: 40001 };
const SCCRP = 2, SCCCN = 3;

function make(): SharedAddressMachine {
  return new SharedAddressMachine({
    inside: "10.0.0.0/16",
    wan: [
      { port: "wan1701", address: MASTER_ADDRESS, udp: 1701 },
      { port: "cluster", address: "10.0.2.1", udp: 49700 },
    ],
    master: { masterAddress: MASTER_ADDRESS, standing: [{ member: 2, address: "10.0.12.1" }] },
  }, SILENT);
}

function sent(machine: SharedAddressMachine): Transmission[] {
  const out: Transmission[] = [];
  for (let t = machine.transmit(0); t !== undefined; t = machine.transmit(0)) out.push(t);
  return out;
}

Deno.test("a request to the one address goes to an endpoint, and its answer comes from there", () => {
  const machine = make();
  machine.receive("wan1701", sccrq(7), 0, INITIATOR);
  const [request, ...others] = sent(machine);
  assert.deepEqual([destinationOf(request.packet), others.length], ["10.0.12.1", 0]);
  assert.equal(formatIpv4(request.packet, 12), INITIATOR.address);

  const reply = controlMessage(SCCRP, 7);
  const { address: destination, port: destinationPort } = INITIATOR;
  const source = { source: "10.0.12.1", sourcePort: 1701 };
  machine.receive(
    "lan",
    udpDatagram({ ...source, destination, destinationPort, payload: reply }),
    0,
  );
  assert.deepEqual(sent(machine), [{ port: "wan1701", packet: reply, to: INITIATOR, dscp: 0 }]);

  const last = controlMessage(SCCCN, 9);
  machine.receive("wan1701", last, 0, INITIATOR);
  const [inward] = sent(machine);
  assert.equal(destinationOf(inward.packet), "10.0.12.1");
  assert.deepEqual(inward.packet.subarray(28), last);
});

Deno.test("what belongs to no mapping, and is no request, goes nowhere", () => {
  const machine = make();
  machine.receive("wan1701", controlMessage(SCCCN, 9), 0, INITIATOR);
  assert.deepEqual(sent(machine), []);
});
