/** Names DNS, and says no more of it than whether it asks or answers. */
import { get16 } from "../wire/octets.ts";
import { type Dissector, LayerBuilder } from "./layer.ts";

/** QR: the message answers. */
const RESPONSE = 0x8000;

/** A DNS message (RFC 1035 §4.1), as far as its header goes. */
export const dissectDns: Dissector = (bytes, _view, start, end) => {
  if (end - start < 12) return undefined;
  const flags = get16(bytes, start + 2), answers = (flags & RESPONSE) !== 0;
  return new LayerBuilder("dns", start, end)
    .field("id", get16(bytes, start), start, start + 2)
    .field("flags", flags, start + 2, start + 4, answers ? "response" : "query")
    .field("questions", get16(bytes, start + 4), start + 4, start + 6)
    .field("answers", get16(bytes, start + 6), start + 6, start + 8)
    .summary(`DNS ${answers ? "response" : "query"}, id ${get16(bytes, start)}`)
    .step();
};
