/** Verifies transport checksums, as far as a capture allows it. */
import { addSums, complement, sumOctets, sumPseudoHeader } from "../wire/checksum.ts";
import type { Context, LayerBuilder } from "./layer.ts";

/**
 * Adds the checksum field at `at` with what became of its verification.
 *
 * Nothing can be said when the capture or the datagram is not all there. A host that leaves checksums
 * to its network card is captured with the sum of the pseudo header instead: no fault either.
 * @param protocol Number for the pseudo header, or -1 for a checksum without one.
 */
export function checksumField(
  layer: LayerBuilder,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  protocol: number,
  context: Context,
  stop = context.datagramEnd,
): void {
  const value = view.getUint16(at);
  const name = (meaning: string) => layer.field("checksum", value, at, at + 2, meaning);
  const { start } = layer.layer;
  if (context.partial) name("not verified: only part of the datagram is here");
  else if (stop > end) name("not verified: the capture is cut short");
  else if (protocol >= 0 && context.addressSum < 0) name("not verified: addresses are not known");
  else {
    const seed = protocol < 0 ? 0 : sumPseudoHeader(context.addressSum, protocol, stop - start);
    const sum = addSums(seed, sumOctets(bytes, view, start, stop));
    if (complement(sum) === 0) name("correct");
    else if (protocol >= 0 && (value === seed || value === withoutLength(context, protocol))) {
      name("left to the network card");
    } else {
      name("wrong");
      layer.problem("checksum is wrong");
    }
  }
}

/** The sum that a card which splits segments is given: it fills in the length of each itself. */
function withoutLength({ addressSum }: Context, protocol: number): number {
  return sumPseudoHeader(addressSum, protocol, 0);
}
