/** Dissects what PPP agrees on before it carries datagrams: LCP, PAP, CHAP, IPCP and IPv6CP. */
import { formatIpv4 } from "../wire/address.ts";
import { hex } from "../wire/octets.ts";
import * as chap from "../wire/ppp_chap.ts";
import * as control from "../wire/ppp_control.ts";
import * as pap from "../wire/ppp_pap.ts";
import { type Dissector, LayerBuilder } from "./layer.ts";
import { hexName, type Names, PPP_PROTOCOLS } from "./names.ts";

const CODES: Names = {
  1: "Configure-Request",
  2: "Configure-Ack",
  3: "Configure-Nak",
  4: "Configure-Reject",
  5: "Terminate-Request",
  6: "Terminate-Ack",
  7: "Code-Reject",
  8: "Protocol-Reject",
  9: "Echo-Request",
  10: "Echo-Reply",
  11: "Discard-Request",
};

const PAP_CODES: Names = {
  1: "Authenticate-Request",
  2: "Authenticate-Ack",
  3: "Authenticate-Nak",
};
const CHAP_CODES: Names = { 1: "Challenge", 2: "Response", 3: "Success", 4: "Failure" };

/** Names and forms of a protocol's options. */
type OptionNames = Readonly<Record<number, { name: string; form: "number" | "ipv4" | "octets" }>>;

const LCP_OPTIONS: OptionNames = {
  1: { name: "mru", form: "number" },
  2: { name: "accm", form: "octets" },
  3: { name: "authentication_protocol", form: "octets" },
  4: { name: "quality_protocol", form: "octets" },
  5: { name: "magic_number", form: "octets" },
  7: { name: "protocol_field_compression", form: "octets" },
  8: { name: "address_and_control_field_compression", form: "octets" },
};

const IPCP_OPTIONS: OptionNames = {
  2: { name: "ip_compression_protocol", form: "octets" },
  3: { name: "ip_address", form: "ipv4" },
  129: { name: "primary_dns", form: "ipv4" },
  131: { name: "secondary_dns", form: "ipv4" },
};

const IPV6CP_OPTIONS: OptionNames = { 1: { name: "interface_identifier", form: "octets" } };

/** Begins the layer of a control packet; undefined after a problem that leaves no packet. */
function packet(
  layer: LayerBuilder,
  bytes: Uint8Array,
  start: number,
  end: number,
  codes: Names,
  title: string,
): { code: number; at: number; stop: number } | undefined {
  const { record, end: stop, problem } = control.decode(bytes, start, end);
  if (record === undefined) {
    layer.problem(problem);
    return undefined;
  }
  const { code, identifier, length } = record;
  layer.field("code", code, start, start + 1, codes[code])
    .field("identifier", identifier, start + 1, start + 2)
    .field("length", length, start + 2, start + 4)
    .summary(`${title} ${codes[code] ?? `code ${code}`}, id ${identifier}`);
  layer.layer.end = stop;
  if (length < control.CONTROL_LENGTH) {
    layer.problem(`length must be at least ${control.CONTROL_LENGTH}: got ${length}`);
    return undefined;
  }
  return { code, at: start + control.CONTROL_LENGTH, stop };
}

function options(
  layer: LayerBuilder,
  bytes: Uint8Array,
  start: number,
  end: number,
  names: OptionNames,
): void {
  const read = control.readOptions(bytes, start, end);
  let at = start;
  const texts: string[] = [];
  for (const { type, data } of read.options) {
    const stop = at + 2 + data.length;
    const { name, form } = names[type] ?? { name: `option_${type}`, form: "octets" };
    const value = form === "ipv4" && data.length === 4
      ? formatIpv4(data)
      : form === "number" && data.length === 2
      ? data[0] << 8 | data[1]
      : hex(data);
    layer.field(name, value, at, stop);
    texts.push(value === "" ? name : `${name} ${value}`);
    at = stop;
  }
  if (texts.length > 0) layer.layer.summary += `, ${texts.join(", ")}`;
  if (read.problem !== undefined) layer.problem(read.problem);
}

/** A dissector of LCP or of a network control protocol. */
function dissectNegotiation(name: string, title: string, names: OptionNames): Dissector {
  return (bytes, _view, start, end) => {
    const layer = new LayerBuilder(name, start, end);
    const found = packet(layer, bytes, start, end, CODES, title);
    if (found === undefined) return layer.step();
    const { code, at, stop } = found;
    if (code >= 1 && code <= 4) options(layer, bytes, at, stop, names);
    else if (code === 8 && stop - at >= 2) {
      const protocol = bytes[at] << 8 | bytes[at + 1];
      layer.field("rejected_protocol", protocol, at, at + 2, PPP_PROTOCOLS[protocol]);
      layer.layer.summary += ` of ${hexName(PPP_PROTOCOLS, protocol)}`;
    } else if (code >= 9 && code <= 11 && stop - at >= 4) {
      layer.field("magic_number", hex(bytes, at, at + 4), at, at + 4);
    }
    return layer.step();
  };
}

/** An LCP packet (RFC 1661). */
export const dissectLcp: Dissector = dissectNegotiation("ppp_lcp", "LCP", LCP_OPTIONS);
/** An IPCP packet (RFC 1332). */
export const dissectIpcp: Dissector = dissectNegotiation("ppp_ipcp", "IPCP", IPCP_OPTIONS);
/** An IPv6CP packet (RFC 5072). */
export const dissectIpv6cp: Dissector = dissectNegotiation("ppp_ipv6cp", "IPV6CP", IPV6CP_OPTIONS);

/** A PAP packet (RFC 1334). Its password is shown, as the wire shows it too. */
export const dissectPap: Dissector = (bytes, _view, start, end) => {
  const layer = new LayerBuilder("ppp_pap", start, end);
  const found = packet(layer, bytes, start, end, PAP_CODES, "PAP");
  if (found === undefined || found.code !== pap.PapCode.request) return layer.step();
  const { record, problem } = pap.decode(bytes, found.at, found.stop);
  if (record === undefined) return layer.problem(problem).step();
  const password = found.at + 1 + record.peerId.length;
  layer.field("peer_id", latin1(record.peerId), found.at, password);
  layer.field("password", latin1(record.password), password, password + 1 + record.password.length);
  layer.layer.summary += `, peer "${latin1(record.peerId)}"`;
  return layer.step();
};

/** A CHAP packet (RFC 1994). */
export const dissectChap: Dissector = (bytes, _view, start, end) => {
  const layer = new LayerBuilder("ppp_chap", start, end);
  const found = packet(layer, bytes, start, end, CHAP_CODES, "CHAP");
  if (found === undefined) return layer.step();
  const { code, at, stop } = found;
  if (code !== chap.ChapCode.challenge && code !== chap.ChapCode.response) return layer.step();
  const { record, problem } = chap.decode(bytes, at, stop);
  if (record === undefined) return layer.problem(problem).step();
  const name = at + 1 + record.value.length;
  layer.field("value", hex(record.value), at, name).field("name", latin1(record.name), name, stop);
  layer.layer.summary += `, name "${latin1(record.name)}"`;
  return layer.step();
};

/** Octets as text of one character each; whoever prints it escapes what must not be printed. */
export function latin1(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) {
    text += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".";
  }
  return text;
}
