/** Edges that encapsulate and decapsulate wrongly. */
import type { OffloadOverrides } from "../../../peers/offload/overrides.ts";
import { kit, type OffloadId, type OffloadRole } from "../vocabulary.ts";

const edgeMutant = (
  role: OffloadRole,
  name: string,
  title: string,
  violates: OffloadId,
  rules: OffloadOverrides,
  alsoViolates: readonly OffloadId[] = [],
) => kit.mutant({ role, name, title, violates, alsoViolates, rules });

/** A copy of a datagram with one octet written. */
function written(datagram: Uint8Array, at: number, value: (octet: number) => number): Uint8Array {
  const copy = datagram.slice();
  copy[at] = value(copy[at]);
  return copy;
}

/** In the order of their rows. */
export const EDGE_MUTANTS = [
  edgeMutant(
    "encapsulator",
    "opaque_last",
    "Puts the opaque field behind the datagram",
    "OFL-001",
    { encapsulator: { arranged: (opaque, inner) => [inner, opaque] } },
  ),
  edgeMutant(
    "encapsulator",
    "opaque_twice",
    "Writes the opaque field twice",
    "OFL-001",
    { encapsulator: { arranged: (opaque, inner) => [opaque, opaque, inner] } },
  ),
  edgeMutant(
    "encapsulator",
    "lowers_inner_ttl",
    "Lowers the inner Time to Live as a router would",
    "OFL-002",
    { encapsulator: { inner: (d) => written(d, d[0] >> 4 === 4 ? 8 : 7, (ttl) => ttl - 1) } },
  ),
  edgeMutant(
    "encapsulator",
    "metadata_in_payload",
    "Writes metadata into the last octets of the payload",
    "OFL-006",
    { encapsulator: { inner: (d) => written(d, d.length - 1, (octet) => octet ^ 0xff) } },
  ),
  edgeMutant(
    "encapsulator",
    "routes_by_inner",
    "Sends packets to the inner destination",
    "OFL-004",
    {
      encapsulator: {
        outerHeader: (header) => ({ ...header, destination: "10.9.0.1" }),
      },
    },
    ["OFL-005"],
  ),
  edgeMutant(
    "encapsulator",
    "swapped_mapping",
    "Sends packets to the host of the last mapping",
    "OFL-005",
    {
      encapsulator: {
        mappingFor: (mapped, all) => mapped && { ...mapped, outer: all.at(-1)!.outer },
      },
    },
    ["OFL-004"],
  ),
  edgeMutant(
    "encapsulator",
    "counter_in_opaque",
    "Counts packets in the last octet of the opaque field",
    "OFL-009",
    {
      encapsulator: {
        opaque: (field, count) => written(field, field.length - 1, (octet) => octet ^ count & 1),
      },
    },
    ["OFL-003"],
  ),
  edgeMutant(
    "encapsulator",
    "random_source_port",
    "Begins the opaque field otherwise once in a while",
    "OFL-009",
    {
      encapsulator: {
        opaque: (field, count) =>
          count % 50 === 49 ? written(field, field.length - 2, (octet) => octet ^ 0x80) : field,
      },
    },
    ["OFL-003"],
  ),
  edgeMutant(
    "encapsulator",
    "no_network",
    "Writes the same network and slots for all tenants",
    "OFL-010",
    {
      encapsulator: {
        opaqueValues: (values) => ({
          ...values,
          ...{ networkId: 11, sourceSlot: 5, targetSlot: 6, key: 0x000b0506, sourcePort: 49_152 },
        }),
      },
    },
    ["OFL-003", "OFL-079"],
  ),
  edgeMutant(
    "encapsulator",
    "slots_swapped",
    "Writes the target slot first",
    "OFL-079",
    {
      encapsulator: {
        opaqueValues: ({ sourceSlot, targetSlot, ...values }) => ({
          ...values,
          ...sourceSlot === undefined ? {} : { targetSlot: sourceSlot },
          ...targetSlot === undefined ? {} : { sourceSlot: targetSlot },
        }),
      },
    },
    ["OFL-003"],
  ),
  edgeMutant(
    "encapsulator",
    "key_alone_announced",
    "Announces the key alone in a GRE header of 16 octets",
    "OFL-072",
    {
      encapsulator: {
        opaque: (field) => field.length === 16 ? written(field, 0, () => 0x20) : field,
      },
    },
  ),
  edgeMutant(
    "decapsulator",
    "leaves_octets",
    "Leaves the last four octets of the opaque field in place",
    "OFL-003",
    { decapsulator: { innerStart: (inner) => inner - 4 } },
  ),
  edgeMutant(
    "decapsulator",
    "marks_inner",
    "Writes the outer ECN field into the inner header",
    "OFL-003",
    { decapsulator: { inner: (d) => d[0] >> 4 === 4 ? written(d, 1, (tos) => tos | 1) : d } },
  ),
  edgeMutant(
    "decapsulator",
    "first_tenant",
    "Gives datagrams to the first tenant that has their address",
    "OFL-003",
    { decapsulator: { receiverOf: (_named, withAddress) => withAddress[0] } },
  ),
];
