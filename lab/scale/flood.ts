/** A flood of forged requests: each from another source, all well-formed, none followed up. */
import { L2TP_PORT } from "../../captures/wire/l2tp.ts";
import { put16 } from "../../captures/wire/octets.ts";
import { LacMachine } from "../../peers/l2tp/lac.ts";
import { ADDRESS } from "./cluster.ts";
import type { Fabric } from "./fabric.ts";

/** Virtual milliseconds between two bursts. */
const STEP = 5;

/** Sends so many requests to the master address, evenly over `ramp` milliseconds from now on. */
export function flood(fabric: Fabric, requests: number, ramp: number): void {
  if (requests === 0) return;
  const { scheduler, random } = fabric;
  const to = { address: ADDRESS.master, port: L2TP_PORT };
  const template = request(fabric.random), begun = scheduler.now;
  let sent = 0;
  const burst = () => {
    const due = Math.min(requests, Math.ceil(requests * (scheduler.now - begun + STEP) / ramp));
    for (; sent < due; sent++) {
      const host = Math.floor(random() * 0x20000);
      const address = `198.${18 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`;
      const payload = template.bytes.slice();
      put16(payload, template.assignedTunnelId, 1 + Math.floor(random() * 0xffff));
      fabric.inject(payload, { address, port: 1024 + Math.floor(random() * 64_000) }, to);
    }
    if (sent < requests) scheduler.at(scheduler.now + STEP, burst);
  };
  burst();
}

/** A request as our LAC makes it, and where its Assigned Tunnel ID stands. */
function request(random: () => number): { bytes: Uint8Array; assignedTunnelId: number } {
  const lac = new LacMachine({
    wan: [{ port: "wan0", address: "198.18.0.1" }],
    peers: [{ name: "cluster", address: ADDRESS.master }],
  }, { random, trace: () => {} });
  lac.tunnelTo(undefined, 0)!.open(0);
  const bytes = lac.transmit(0)!.packet;
  const header = [0, 0, 0, 9];
  const at = bytes.findIndex((_, i) => header.every((octet, j) => bytes[i + j] === octet));
  return { bytes, assignedTunnelId: at + header.length };
}
