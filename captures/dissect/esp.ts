/** Dissects what is readable of ESP without keys, and what shares its UDP port (RFC 3948 §2). */
import * as esp from "../wire/esp.ts";
import { get32 } from "../wire/octets.ts";
import { IKE_PORT } from "../wire/udp_port.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { hexName } from "./names.ts";

/** SPI and sequence number; the rest is for whoever has the key. */
export const dissectEsp: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = esp.decode(bytes, start, end);
  if (record === undefined) return broken("esp", start, end, problem);
  const { spi, sequence } = record;
  return new LayerBuilder("esp", start, at)
    .field("spi", spi, start, start + 4)
    .field("sequence", sequence, start + 4, start + 8)
    .summary(`ESP(spi=${hexName({}, spi, 8)},seq=${hexName({}, sequence, 1)})`)
    .note("the payload is encrypted")
    .step();
};

/** ESP, IKE behind the non-ESP marker, or a NAT keepalive. */
export const dissectUdpEncapsulation: Dissector = (bytes, view, start, end, context) => {
  const layer = new LayerBuilder("udp_encapsulation", start, end);
  if (end - start === 1 && bytes[start] === esp.KEEPALIVE) {
    return layer.field("nat_keepalive", esp.KEEPALIVE, start, end).summary("NAT keepalive").step();
  }
  if (end - start < esp.LENGTH) return undefined;
  if (get32(bytes, start) !== 0) return dissectEsp(bytes, view, start, end, context);
  const at = layer.layer.end = start + esp.MARKER_LENGTH;
  return layer.field("non_esp_marker", 0, start, at).summary("non-ESP marker")
    .step({ table: "udp", keys: [IKE_PORT], start: at, end });
};
