/** Dissects what is readable of ESP without keys (RFC 4303 §2). */
import { get32 } from "../wire/octets.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { hexName } from "./names.ts";

/** SPI and sequence number; the rest is for whoever has the key. */
export const dissectEsp: Dissector = (bytes, _view, start, end) => {
  if (end - start < 8) {
    return broken("esp", start, end, `ESP header cut short: ${end - start} of 8 octets`);
  }
  const [spi, sequence] = [get32(bytes, start), get32(bytes, start + 4)];
  return new LayerBuilder("esp", start, start + 8)
    .field("spi", spi, start, start + 4)
    .field("sequence", sequence, start + 4, start + 8)
    .summary(`ESP(spi=${hexName({}, spi, 8)},seq=${hexName({}, sequence, 1)})`)
    .note("the payload is encrypted")
    .step();
};
