/** Pairs of segments that differ in the tunnel around them: opaque field and outer addresses. */
import type { Carrier, Shape } from "./shape.ts";
import type { Variation } from "./variations.ts";

const opaque = (values: Shape["opaque"]): Variation => (train) =>
  train(3).map((shape, i) =>
    i === 1 ? { ...shape, opaque: { ...shape.opaque, ...values } } : shape
  );

/** Changes an octet of the opaque field of the second of three segments. */
const octet = (at: number, mask: number): Variation => (train) =>
  train(3).map((shape, i): Shape =>
    i !== 1 ? shape : {
      ...shape,
      spoil: ({ bytes, opaque: start }) => void (bytes[start + at] ^= mask),
    }
  );

/** By name, those that a carrier has. */
export function tunnelVariations(carrier: Carrier): Readonly<Record<string, Variation>> {
  const { tenant, other, family, format } = carrier, { formatId, flowId } = format;
  const host = family === 4 ? "10.2.0.7" : "fd00:2::7";
  const own: Record<string, Variation> = {
    // The same inner 5-tuple and sequence numbers that follow one another, of two tenants in turn.
    tenants: (train) =>
      train(4).map((shape, i) =>
        i % 2 === 0 ? shape : { ...shape, opaque: { ...shape.opaque, ...tenant } }
      ),
    plain_twin: (train) =>
      train(4).map((shape, i) => i % 2 === 0 ? shape : { ...shape, tunnelled: false }),
    outer_source: (train) =>
      train(3).map((shape, i) =>
        i === 1 ? { ...shape, outer: { ...shape.outer, source: host } } : shape
      ),
  };
  if (format.adjusts.includes("udp_checksum")) own.udp_checksum = octet(6, 0x40);
  if (format.adjusts.includes("gre_checksum")) own.gre_checksum = octet(4, 0x40);
  if (other !== undefined) {
    own.other_opaque = opaque(other);
    own.other_opaque_last = (train) => opaque(other)(train).slice(0, 2);
  }
  const flow = flowId === undefined ? [] : parts(flowId);
  flow.forEach((at, i) => own[`flow_id_octet_${i}`] = octet(at, 1 << (i + 1)));
  const length = format.length, { length: total } = carrier.opaque({});
  const told = formatId === undefined ? [] : parts(formatId);
  const adjusted = carrier.format.adjusts.length > 0 ? [4, 5, 6, 7] : [];
  for (let at = 0; at < total; at++) {
    if ("at" in length && at === length.at) continue;
    if (!flow.includes(at) && !told.includes(at) && !adjusted.includes(at)) {
      own[`opaque_octet_${at}`] = octet(at, 0x10);
    }
  }
  return own;
}

function parts({ offset, octets }: { offset: number; octets: number }): number[] {
  return Array.from({ length: octets }, (_, i) => offset + i);
}
