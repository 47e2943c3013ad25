/** Dissects messages within a cluster (see `wire/tunnel_cluster.ts`). */
import { formatAddress } from "../wire/address.ts";
import { get16, get32, hex } from "../wire/octets.ts";
import {
  CLUSTER_VERSION,
  ClusterAttribute,
  ClusterFlag,
  ClusterMessage,
  decode,
  isWellFormed,
  LENGTH,
} from "../wire/tunnel_cluster.ts";
import { broken, type Dissector, type FieldValue, LayerBuilder } from "./layer.ts";
import { type Names, namesOf, snake } from "./names.ts";

const NAME = "tunnel_cluster";

/** Names of cluster messages by number. */
export const CLUSTER_MESSAGES: Names = namesOf(ClusterMessage);
const ATTRIBUTES: Names = namesOf(ClusterAttribute);
const ADDRESSES = new Set<number>([
  ClusterAttribute.localAddress,
  ClusterAttribute.globalAddress,
  ClusterAttribute.masterAddress,
]);

/** Attributes of 16 and of 32 bits. */
const SHORT = new Set<number>([ClusterAttribute.load, ClusterAttribute.priority]);
const LONG = new Set<number>([ClusterAttribute.tunnels, ClusterAttribute.sessions]);

/** A cluster message; octets of another version, or without a message that exists, are none. */
export const dissectCluster: Dissector = (bytes, _view, start, end) => {
  if (end - start < 2 || bytes[start] >> 4 !== CLUSTER_VERSION) return undefined;
  if (!(bytes[start + 1] in CLUSTER_MESSAGES)) return undefined;
  const { record, end: stop, problem } = decode(bytes, start, end);
  if (record === undefined) return broken(NAME, start, end, problem);
  const { flags, message, length, member, term, sequence, acknowledged } = record;
  const name = CLUSTER_MESSAGES[message];
  const layer = new LayerBuilder(NAME, start, stop)
    .field("version", record.version, start, start + 1)
    .field("flags", flags, start, start + 1, flagText(flags))
    .field("message", message, start + 1, start + 2, name)
    .field("length", length, start + 2, start + 4)
    .field("member", member, start + 4, start + 6)
    .field("term", term, start + 6, start + 8)
    .field("sequence_number", sequence, start + 8, start + 12)
    .field("acknowledged_sequence_number", acknowledged, start + 12, start + LENGTH);
  let at = start + LENGTH, shown = "";
  for (const { type, value } of record.attributes) {
    const after = at + 4 + value.length;
    const known = ATTRIBUTES[type], text = valueOf(type, value);
    if (text === undefined) layer.field("attribute", hex(value), at, after, known);
    else {
      layer.field(snake(known), text, at + 4, after);
      shown += `, ${snake(known).replaceAll("_", " ")} ${text}`;
    }
    at = after;
  }
  if (length < LENGTH) layer.problem(`length must be at least ${LENGTH}: got ${length}`);
  if (record.rest.length > 0) layer.problem("the last attribute is cut short");
  layer.summary(
    `cluster ${name}, member ${member}, term ${term}, seq ${sequence}` +
      (acknowledged === 0 ? "" : `, ack ${acknowledged}`) +
      (flags === 0 ? "" : `, ${flagText(flags)}`) + shown,
  );
  return layer.step();
};

/** Whether octets are a whole cluster message beyond doubt, whatever their ports. */
export function isPlainlyCluster(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < LENGTH || bytes[start] >> 4 !== CLUSTER_VERSION) return false;
  if (get16(bytes, start + 2) !== end - start || !(bytes[start + 1] in CLUSTER_MESSAGES)) {
    return false;
  }
  const { record } = decode(bytes, start, end);
  return record !== undefined && isWellFormed(record);
}

function flagText(flags: number): string {
  const names = Object.entries(ClusterFlag).filter(([, bit]) => (flags & bit) !== 0);
  return names.length === 0 ? "none" : names.map(([name]) => name).join(", ");
}

/** The value of an attribute that exists and has its length. */
function valueOf(type: number, value: Uint8Array): FieldValue | undefined {
  const { length } = value;
  if (ADDRESSES.has(type)) return length === 4 || length === 16 ? formatAddress(value) : undefined;
  if (SHORT.has(type)) return length === 2 ? get16(value, 0) : undefined;
  return LONG.has(type) && length === 4 ? get32(value, 0) : undefined;
}
