/** Configuration of an edge, and how it is read. */
import { z } from "zod";
import { parseAddress, parseMac } from "../../captures/wire/address.ts";
import { OPAQUE_FORMATS, type OpaqueFormatName } from "../../captures/wire/opaque.ts";
import { OPAQUE_CONTENTS } from "./opaque_contents.ts";

const parsed = (parse: (text: string) => unknown, what: string) =>
  z.string().refine((text) => {
    try {
      parse(text);
      return true;
    } catch {
      return false;
    }
  }, `must be ${what}`);
const address = parsed(parseAddress, "an IPv4 or IPv6 address");
const mac = parsed(parseMac, "a MAC address such as 02:00:00:00:00:01");
const network = z.int().min(0).max(0xffff_ffff);
const slot = z.int().min(0).max(0xffff);
const tenantPort = z.string().regex(/^tenant\d+$/, "must be tenant0, tenant1, …");

/** An edge: encapsulator and decapsulator. `cloud` and `tenant0`, `tenant1`, … carry whole frames. */
export const edgeConfigSchema = z.strictObject({
  /** Where the ports are in a world that has interfaces. */
  frames: z.array(z.strictObject({
    port: z.union([z.literal("cloud"), tenantPort]),
    interface: z.string().min(1),
  })).default([]),
  /** The format of its tunnels. */
  format: z.enum(Object.keys(OPAQUE_FORMATS) as [OpaqueFormatName, ...OpaqueFormatName[]]),
  /**
   * Octets of the largest datagram that a tenant may send: hosts are set to it, as an edge never fragments.
   * With a card behind the edge that segments it may be as large as 65,535 octets less the headers.
   */
  mtu: z.int().min(68).max(65_535).default(1400),
  /** Its own address and MAC address on the substrate network. */
  cloud: z.strictObject({ mac, address }),
  /** Networks that are attached to it, with the virtual machines in them. */
  tenants: z.array(z.strictObject({
    port: tenantPort,
    network,
    /** Its own MAC address there: what machines send to. */
    mac,
    members: z.array(z.strictObject({ address, slot, mac })).min(1),
  })).min(1),
  /** Virtual machines elsewhere, the address of their host, and the MAC address of the next hop to it. */
  remotes: z.array(z.strictObject({ network, address, slot, outer: address, mac })).default([]),
  /** Whether UDP headers of tunnels have checksums, in formats that have them adjusted. */
  udpChecksums: z.boolean().default(false),
});

/** An edge's configuration with every default filled in. */
export type EdgeConfig = z.infer<typeof edgeConfigSchema>;
export type EdgeTenant = EdgeConfig["tenants"][number];
export type EdgeMember = EdgeTenant["members"][number];
export type EdgeRemote = EdgeConfig["remotes"][number];

/** Reads a configuration; throws a `TypeError` that names each field that is wrong. */
export function parseEdgeConfig(input: unknown): EdgeConfig {
  const result = edgeConfigSchema.safeParse(input);
  const problem = result.success ? problemOf(result.data) : z.prettifyError(result.error);
  if (problem !== undefined) throw new TypeError(`Cannot configure an edge: ${problem}`);
  return result.data!;
}

function problemOf({ format, tenants, remotes, cloud }: EdgeConfig): string | undefined {
  const { largestNetwork, largestSlot } = OPAQUE_CONTENTS[format];
  const members = tenants.flatMap((tenant) =>
    tenant.members.map((member) => ({ ...member, network: tenant.network }))
  );
  const machines = [...members, ...remotes];
  const networks = new Set(machines.map((each) => each.network));
  if (largestNetwork === 0 && networks.size > 1) {
    return `${format} tells no networks apart: got ${networks.size}`;
  }
  const wide = machines.find((each) => largestNetwork > 0 && each.network > largestNetwork);
  if (wide) return `network must be at most ${largestNetwork} in ${format}: got ${wide.network}`;
  const high = machines.find((each) => each.slot > largestSlot);
  if (high) return `slot must be at most ${largestSlot} in ${format}: got ${high.slot}`;
  const other = remotes.find(({ outer }) => outer.includes(":") !== cloud.address.includes(":"));
  if (other) return `outer must be of the version of cloud.address: got ${other.outer}`;
  const seen = new Set<string>();
  for (const each of machines) {
    const name = `${each.network} ${parseAddress(each.address).toHex()}`;
    if (seen.has(name)) return `address ${each.address} is twice in network ${each.network}`;
    seen.add(name);
  }
  return undefined;
}
