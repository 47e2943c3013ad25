/** Tenants of two virtual networks with the same addresses send through the edges of a cloud. */
import { formatMac } from "../../../captures/wire/address.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import { buildSegment } from "../../../captures/wire/build_segment.ts";
import type { OpaqueFormatName } from "../../../captures/wire/opaque.ts";
import { linkAddress } from "../../kit/link_address.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { CLOUD, CLOUD_LINK, EDGES } from "../topologies.ts";
import { kit, type OffloadClass } from "../vocabulary.ts";
import { DATA, streamOctets } from "./shape.ts";

const CLIENT = ["10.9.0.2", "fd00:9::2"], SERVER = ["10.9.0.1", "fd00:9::1"];
/** A machine that is on no host of the lab. */
export const ELSEWHERE = "10.9.0.77";
const FAR_HOST = "10.3.2.77";
/** Networks, and slots of both ends in each. */
const TENANTS = [{ network: 11, client: 5, server: 6 }, { network: 12, client: 7, server: 8 }];

const macAt = (link: keyof typeof CLOUD_LINK, end: 0 | 1) =>
  formatMac(linkAddress(CLOUD_LINK[link], end));

/** The configuration of one of the edges. */
function edge(format: OpaqueFormatName, side: "encapsulator" | "decapsulator") {
  const isNear = side === "encapsulator";
  const [own, others] = isNear ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const router = isNear ? macAt("c0", 1) : macAt("c1", 0);
  const links = isNear ? ["t0", "t1"] as const : ["s0", "s1"] as const;
  return {
    frames: ["cloud", "tenant0", "tenant1"].map((port) => ({
      port,
      interface: port === "cloud" ? "cloud0" : port,
    })),
    format,
    mtu: 1400,
    cloud: { mac: isNear ? macAt("c0", 0) : macAt("c1", 1), address: EDGES[side] },
    tenants: TENANTS.map(({ network, client, server }, i) => ({
      port: `tenant${i}`,
      network,
      mac: macAt(links[i], isNear ? 1 : 0),
      members: own.map((address) => ({
        address,
        slot: isNear ? client : server,
        mac: macAt(links[i], isNear ? 0 : 1),
      })),
    })),
    remotes: TENANTS.flatMap(({ network, client, server }) => [
      ...others.map((address) => ({
        ...{ network, address, mac: router },
        ...{ slot: isNear ? server : client },
        outer: EDGES[isNear ? "decapsulator" : "encapsulator"],
      })),
      ...isNear ? [{ network, address: ELSEWHERE, slot: 9, outer: FAR_HOST, mac: router }] : [],
    ]),
  };
}

/** The datagrams of one tenant: a stream of TCP over each IP version, UDP, and one to another host. */
function datagrams(tenant: number): Uint8Array[] {
  const stream = (family: 0 | 1, count: number) =>
    Array.from({ length: count }, (_, i) =>
      buildSegment({
        ip: {
          ...{ source: CLIENT[family], destination: SERVER[family], ttl: 40 + tenant },
          ...{ dscp: 10, identification: i, dontFragment: true },
        },
        ...{ sourcePort: 4000, destinationPort: 443, flags: DATA, window: 1000 },
        sequence: 1000 * i + tenant,
        acknowledgment: 1,
        payload: streamOctets(4000 + tenant, 1000 * i, i % 7 === 0 ? 1300 : i * 5 % 1000),
      }));
  const ends = { source: CLIENT[0], destination: SERVER[0], sourcePort: 53, destinationPort: 53 };
  const udp = udpDatagram({ ...ends, payload: streamOctets(tenant, 0, 300) });
  const other = buildSegment({
    ip: { source: CLIENT[0], destination: ELSEWHERE },
    ...{ sourcePort: 4000, destinationPort: 443, sequence: tenant, flags: DATA },
    payload: streamOctets(tenant, 7, 100),
  });
  return [...stream(0, 300), ...stream(1, 40), udp, other];
}

function between(format: OpaqueFormatName, of: OffloadClass): Scenario {
  return kit.scenario({
    name: `edge/${format}`,
    title: `Two tenants with the same addresses across a cloud, in ${format}`,
    class: of,
    topology: CLOUD,
    nodes: {
      encapsulator: { role: "encapsulator", config: edge(format, "encapsulator") },
      decapsulator: { role: "decapsulator", config: edge(format, "decapsulator") },
    },
    async run(driver) {
      for (const tenant of [0, 1]) {
        await driver.datagrams(`tenant${tenant}`, datagrams(tenant));
        await driver.advance(50);
      }
    },
  });
}

/** By the format that the edges use. */
export const EDGE = {
  udp_slots: between("udp_slots", "udp_slots"),
  gre: between("gre", "gre"),
  gre_key: between("gre_key", "gre_tunnels"),
} satisfies Record<string, Scenario>;
