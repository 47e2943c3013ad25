/** The scenarios of source 004. */
import { udpDatagram } from "../../captures/wire/build.ts";
import { put16 } from "../../captures/wire/octets.ts";
import type { Scenario } from "../scenario.ts";
import { control, sccrq } from "./packets.ts";
import { dial, loads, scenario } from "./cast.ts";
import { ADDRESS } from "./topologies.ts";

const datagram = (payload: Uint8Array, destination: string = ADDRESS.master, sourcePort = 1701) =>
  udpDatagram({
    ...{ source: ADDRESS.stranger, sourcePort, destination, destinationPort: 1701 },
    payload,
  });

/** A request whose UDP checksum is zero. */
function unchecked(): Uint8Array {
  const out = datagram(sccrq(0x2222), ADDRESS.master, 2222);
  put16(out, 26, 0);
  return out;
}

/** The scenarios. */
export const SCENARIOS: readonly Scenario[] = [
  ...(["NAT", "global"] as const).map((variant) =>
    scenario(
      variant,
      "bring_up",
      "Three endpoints at loads 70, 50 and 10, and one initiator with a call",
      {},
      async (stage) => {
        await loads(stage, 70, 50, 10);
        await dial(stage);
        await stage.pass(2000);
      },
    )
  ),
  ...(["NAT", "global"] as const).map((variant) =>
    scenario(
      variant,
      "many_tunnels",
      "Two initiators with three tunnels each, spread by round-robin",
      { policy: "round_robin", tunnels: 3 },
      async (stage) => {
        for (const tunnel of [0, 1, 2]) {
          await dial(stage, "initiator", tunnel);
          await dial(stage, "initiator2", tunnel);
        }
        await stage.pass(2000);
      },
    )
  ),
  scenario(
    "NAT",
    "strays",
    "What is no request, or is not for the master address, and a request without a UDP checksum",
    {},
    async (stage) => {
      await dial(stage);
      await stage.pass(1000);
      await stage.datagrams("stranger", [
        datagram(control(3, 5)),
        datagram(control(6, 5)),
        datagram(control(4, 0)),
        datagram(Uint8Array.of(0, 2, 0, 5, 0, 5, 0xff, 3, 0xc0, 0x21)),
        datagram(sccrq(0x3333), "203.0.113.9"),
        datagram(sccrq(0x4444), ADDRESS.nat),
        datagram(control(6, 7), ADDRESS.nat),
        unchecked(),
      ]);
    },
  ),
  scenario(
    "NAT",
    "repeated_request",
    "The same request three times, others in between, under round-robin",
    { policy: "round_robin" },
    async (stage) => {
      const requests = [0x1111, 0x2222, 0x1111, 0x3333, 0x1111].map((id) => datagram(sccrq(id)));
      for (const request of requests) await stage.datagrams("stranger", [request]);
    },
  ),
  scenario(
    "NAT",
    "none_in_service",
    "All endpoints fail, a request comes, and one endpoint comes back",
    {},
    async (stage) => {
      for (const n of [1, 2, 3]) await stage.instruct(`endpoint${n}`, { kind: "fail" });
      await stage.pass(4000);
      await dial(stage);
      await stage.pass(1000);
      await stage.instruct("endpoint2", { kind: "recover" });
      await stage.pass(12_000);
    },
  ),
  scenario(
    "NAT",
    "endpoint_fails",
    "The endpoint with the least load fails, and a request comes",
    {},
    async (stage) => {
      await loads(stage, 70, 50, 10);
      await stage.instruct("endpoint3", { kind: "fail" });
      await stage.pass(4000);
      await dial(stage);
      await stage.pass(2000);
    },
  ),
];
