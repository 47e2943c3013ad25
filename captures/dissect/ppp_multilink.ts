/** Dissects the PPP Multilink Protocol, with the long header that holds unless another is agreed on. */
import { LINK_TYPE } from "../link.ts";
import * as multilink from "../wire/ppp_multilink.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";

/** A multilink header; a packet that is one fragment is dissected further. */
export const dissectMultilink: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = multilink.decode(bytes, start, end);
  if (record === undefined) return broken("ppp_multilink", start, end, problem);
  const { beginning, ending, sequence } = record;
  const which = beginning && ending
    ? "whole packet"
    : beginning
    ? "first fragment"
    : ending
    ? "last fragment"
    : "fragment";
  const layer = new LayerBuilder("ppp_multilink", start, at)
    .field("beginning", Number(beginning), start, start + 1)
    .field("ending", Number(ending), start, start + 1)
    .field("reserved", record.reserved, start, start + 1)
    .field("sequence", sequence, start + 1, at)
    .summary(`multilink ${which}, seq ${sequence}`);
  if (!beginning || !ending) return layer.note("a fragment of a packet").step();
  return layer.step({ table: "linkType", keys: [LINK_TYPE.PPP], start: at, end });
};
