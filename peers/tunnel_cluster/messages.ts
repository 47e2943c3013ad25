/** Messages within the cluster: how its devices make and read them. */
import { formatAddress, parseAddress } from "../../captures/wire/address.ts";
import {
  attributeOf,
  CLUSTER_VERSION,
  ClusterAttribute,
  type ClusterAttributeRecord,
  type ClusterRecord,
  decode,
  encode,
  isWellFormed,
  withLength,
} from "../../captures/wire/tunnel_cluster.ts";

const NOTHING = new Uint8Array(0);

/** Fields of a message besides version and lengths; a field that is absent is zero or empty. */
export type Content = Partial<Omit<ClusterRecord, "version" | "length" | "rest">>;

/** The octets of a message. */
export function clusterMessage(content: Content): Uint8Array {
  return encode(withLength({
    ...{ version: CLUSTER_VERSION, flags: 0, message: 0, length: 0, member: 0, term: 0 },
    ...{ sequence: 0, acknowledged: 0, attributes: [], rest: NOTHING },
    ...content,
  }));
}

/** Reads a message; undefined when it is malformed or of another version. */
export function readMessage(packet: Uint8Array): ClusterRecord | undefined {
  const { record } = decode(packet);
  return record !== undefined && isWellFormed(record) ? record : undefined;
}

/** An attribute with an address. */
export function addressAttribute(type: number, address: string): ClusterAttributeRecord {
  return { type, value: parseAddress(address) };
}

/** The local address that a registration names, in text form. */
export function localAddressOf(record: ClusterRecord): string | undefined {
  const value = attributeOf(record, ClusterAttribute.localAddress, 4, 16);
  return value === undefined ? undefined : formatAddress(value);
}
