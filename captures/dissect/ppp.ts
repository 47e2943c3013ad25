/** Dissects what PPP agrees on before it carries datagrams: LCP, PAP, CHAP, IPCP, IPv6CP, CCP, ECP. */
import { hex } from "../wire/octets.ts";
import * as chap from "../wire/ppp_chap.ts";
import * as control from "../wire/ppp_control.ts";
import * as pap from "../wire/ppp_pap.ts";
import { type Dissector, LayerBuilder } from "./layer.ts";
import { hexName, latin1, type Names, PPP_PROTOCOLS } from "./names.ts";
import {
  CCP_OPTIONS,
  ECP_OPTIONS,
  IPCP_OPTIONS,
  IPV6CP_OPTIONS,
  LCP_OPTIONS,
  type OptionNames,
  optionValue,
} from "./ppp_options.ts";

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
  12: "Identification",
  13: "Time-Remaining",
  14: "Reset-Request",
  15: "Reset-Ack",
};

const PAP_CODES: Names = {
  1: "Authenticate-Request",
  2: "Authenticate-Ack",
  3: "Authenticate-Nak",
};
const CHAP_CODES: Names = { 1: "Challenge", 2: "Response", 3: "Success", 4: "Failure" };

/** Begins the layer of a control packet; undefined after a problem that leaves no packet. */
export function beginPacket(
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
    const { name, form, meaning } = names[type] ?? { name: `option_${type}` };
    const value = optionValue({ type, data }, form), means = meaning?.(data);
    layer.field(name, value, at, stop, means);
    texts.push(value === "" ? name : `${name} ${value}${means === undefined ? "" : ` (${means})`}`);
    at = stop;
  }
  if (texts.length > 0) layer.layer.summary += `, ${texts.join(", ")}`;
  if (read.problem !== undefined) layer.problem(read.problem);
}

/** A dissector of LCP or of a network control protocol. */
function dissectNegotiation(name: string, title: string, names: OptionNames): Dissector {
  return (bytes, _view, start, end) => {
    const layer = new LayerBuilder(name, start, end);
    const found = beginPacket(layer, bytes, start, end, CODES, title);
    if (found === undefined) return layer.step();
    const { code, at, stop } = found;
    if (code >= 1 && code <= 4) options(layer, bytes, at, stop, names);
    else if (code === 8 && stop - at >= 2) {
      const protocol = bytes[at] << 8 | bytes[at + 1];
      layer.field("rejected_protocol", protocol, at, at + 2, PPP_PROTOCOLS[protocol]);
      layer.layer.summary += ` of ${hexName(PPP_PROTOCOLS, protocol)}`;
    } else if (code >= 9 && code <= 13 && name === "ppp_lcp" && stop - at >= 4) {
      layer.field("magic_number", hex(bytes, at, at + 4), at, at + 4);
    }
    return layer.stepToPadding(stop);
  };
}

/** An LCP packet (RFC 1661). */
export const dissectLcp: Dissector = dissectNegotiation("ppp_lcp", "LCP", LCP_OPTIONS);
/** An IPCP packet (RFC 1332). */
export const dissectIpcp: Dissector = dissectNegotiation("ppp_ipcp", "IPCP", IPCP_OPTIONS);
/** An IPv6CP packet (RFC 5072). */
export const dissectIpv6cp: Dissector = dissectNegotiation("ppp_ipv6cp", "IPV6CP", IPV6CP_OPTIONS);

/** A CCP packet (RFC 1962). */
export const dissectCcp: Dissector = dissectNegotiation("ppp_ccp", "CCP", CCP_OPTIONS);
/** An ECP packet (RFC 1968). */
export const dissectEcp: Dissector = dissectNegotiation("ppp_ecp", "ECP", ECP_OPTIONS);

/** A PAP packet (RFC 1334). Its password is shown, as the wire shows it too. */
export const dissectPap: Dissector = (bytes, _view, start, end) => {
  const layer = new LayerBuilder("ppp_pap", start, end);
  const found = beginPacket(layer, bytes, start, end, PAP_CODES, "PAP");
  if (found === undefined) return layer.step();
  if (found.code !== pap.PapCode.request) return layer.stepToPadding(found.stop);
  const { record, problem } = pap.decode(bytes, found.at, found.stop);
  if (record === undefined) return layer.problem(problem).step();
  const password = found.at + 1 + record.peerId.length;
  layer.field("peer_id", latin1(record.peerId), found.at, password);
  layer.field("password", latin1(record.password), password, password + 1 + record.password.length);
  layer.layer.summary += `, peer "${latin1(record.peerId)}"`;
  return layer.stepToPadding(found.stop);
};

/** A CHAP packet (RFC 1994). */
export const dissectChap: Dissector = (bytes, _view, start, end) => {
  const layer = new LayerBuilder("ppp_chap", start, end);
  const found = beginPacket(layer, bytes, start, end, CHAP_CODES, "CHAP");
  if (found === undefined) return layer.step();
  const { code, at, stop } = found;
  if (code !== chap.ChapCode.challenge && code !== chap.ChapCode.response) {
    if (at < stop) {
      const message = latin1(bytes.subarray(at, stop));
      layer.field("message", message, at, stop);
      layer.layer.summary += `, "${message}"`;
    }
    return layer.stepToPadding(stop);
  }
  const { record, problem } = chap.decode(bytes, at, stop);
  if (record === undefined) return layer.problem(problem).step();
  const name = at + 1 + record.value.length;
  layer.field("value", hex(record.value), at, name).field("name", latin1(record.name), name, stop);
  layer.layer.summary += `, name "${latin1(record.name)}"`;
  return layer.stepToPadding(stop);
};
