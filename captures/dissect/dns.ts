/** Dissects of DNS what names a message: header and question. Content tells it, on any port. */
import { looksLikeDns } from "../wire/dns.ts";
import { get16 } from "../wire/octets.ts";
import { type Dissector, LayerBuilder } from "./layer.ts";
import { decimalName, type Names } from "./names.ts";

/** Octets of the header. */
const HEADER = 12;
const RESPONSE = 0x8000;

/** Types that are met with often (IANA). */
const TYPES: Names = {
  ...{ 1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA" },
  ...{ 33: "SRV", 35: "NAPTR", 41: "OPT", 43: "DS", 48: "DNSKEY", 64: "SVCB", 65: "HTTPS" },
  ...{ 252: "AXFR", 255: "ANY" },
};

/** How NetBIOS writes its names, in messages that look like DNS otherwise (RFC 1001 §14.1). */
const NETBIOS = /^[A-P]{32}(\.|$)/;

/** A DNS message with one question; other octets are none. */
export const dissectDns: Dissector = (bytes, _view, start, end) => {
  if (!looksLikeDns(bytes, start, end)) return undefined;
  const labels: string[] = [];
  let at = start + HEADER;
  while (bytes[at] !== 0) {
    const next = at + 1 + bytes[at];
    labels.push(String.fromCharCode(...bytes.subarray(at + 1, next)));
    at = next;
  }
  const name = labels.join(".") || "<Root>";
  if (NETBIOS.test(name)) return undefined;
  const [id, flags, type] = [get16(bytes, start), get16(bytes, start + 2), get16(bytes, at + 1)];
  const isResponse = (flags & RESPONSE) !== 0, rcode = flags & 15;
  const layer = new LayerBuilder("dns", start, end)
    .field("id", id, start, start + 2)
    .field("flags", flags, start + 2, start + 4, isResponse ? "response" : "query")
    .field("rcode", rcode, start + 3, start + 4)
    .field("questions", get16(bytes, start + 4), start + 4, start + 6)
    .field("answers", get16(bytes, start + 6), start + 6, start + 8)
    .field("query_name", name, start + HEADER, at + 1)
    .field("query_type", type, at + 1, at + 3, TYPES[type])
    .field("query_class", get16(bytes, at + 3), at + 3, at + 5);
  const asked = `${TYPES[type] ?? decimalName({}, type)} ${name}`;
  const outcome = `${get16(bytes, start + 6)} answers${rcode === 0 ? "" : `, rcode ${rcode}`}`;
  return layer
    .summary(isResponse ? `DNS response ${asked}, ${outcome}` : `DNS query ${asked}`)
    .step();
};
