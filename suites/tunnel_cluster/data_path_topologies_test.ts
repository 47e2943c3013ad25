import assert from "node:assert/strict";
import { MASTER_RULES } from "../../peers/tunnel_cluster/rules.ts";
import { Registry } from "../../peers/tunnel_cluster/registry.ts";
import { Selector } from "../../peers/tunnel_cluster/selection.ts";
import { forwardingSchema } from "../../peers/tunnel_cluster/config.ts";
import { standing } from "./node_setup.ts";
import { CLIENTS, endpointOf, INITIATORS, ORDER } from "./data_path_topologies.ts";
import { ADDRESS, ENDPOINTS } from "./topologies.ts";

Deno.test("behind a shared address the master sends each initiator where the lab routes its clients", () => {
  const registry = new Registry();
  for (const { member, address } of standing()) registry.stand(member, address, 100, 0);
  const config = forwardingSchema.parse({ masterAddress: ADDRESS.master, policy: "deterministic" });
  const selector = new Selector(config, MASTER_RULES);
  for (const client of CLIENTS) {
    const { address } = INITIATORS[client.initiator];
    const from = { source: `${address}:1701`, address, port: 1701 };
    const request = { ...from, tunnelId: 1, digest: 0, hostName: "" };
    const selected = selector.select(registry.all(), request, 0);
    assert.equal(selected?.member, endpointOf(client, "shared"), client.name);
  }
});

Deno.test("every client comes once, each initiator has two endpoints, and each endpoint two initiators", () => {
  assert.deepEqual([...ORDER].sort(), CLIENTS.map(({ name }) => name));
  const pairs = CLIENTS.map((client) => [client.initiator, endpointOf(client, "NAT")] as const);
  for (const i of INITIATORS.keys()) {
    assert.equal(new Set(pairs.filter(([own]) => own === i).map(([, n]) => n)).size, 2);
  }
  for (const n of ENDPOINTS) {
    assert.equal(new Set(pairs.filter(([, own]) => own === n).map(([i]) => i)).size, 2);
  }
});
