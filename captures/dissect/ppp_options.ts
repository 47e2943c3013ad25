/** Options of the PPP control protocols by name, and what their values stand for. */
import { formatIpv4 } from "../wire/address.ts";
import { get16, get32, hex } from "../wire/octets.ts";
import type { PppOption } from "../wire/ppp_control.ts";
import type { FieldValue } from "./layer.ts";
import { type Names, PPP_PROTOCOLS } from "./names.ts";

/** Name of an option, how its value is shown, and what it stands for. */
export interface OptionName {
  name: string;
  form?: "number" | "ipv4";
  meaning?: (data: Uint8Array) => string | undefined;
}

/** Options of one protocol by type. */
export type OptionNames = Readonly<Record<number, OptionName>>;

/** Algorithms of CHAP (IANA). */
const ALGORITHMS: Names = { 5: "MD5", 6: "SHA-1", 128: "MS-CHAP", 129: "MS-CHAPv2" };

/** Bits of the MPPE option from the lowest (RFC 3078 §2.1, RFC 2118). */
const MPPE: readonly (readonly [bit: number, what: string])[] = [
  [0x00000001, "compression"],
  [0x00000020, "40-bit"],
  [0x00000040, "128-bit"],
  [0x00000080, "56-bit"],
  [0x01000000, "stateless"],
];

/** LCP (RFC 1661 §6, RFC 1570, RFC 1990 §5, IANA). */
export const LCP_OPTIONS: OptionNames = {
  0: { name: "vendor_specific" },
  1: { name: "mru", form: "number" },
  2: { name: "accm" },
  3: { name: "authentication_protocol", meaning: authenticationText },
  4: { name: "quality_protocol", meaning: protocolText },
  5: { name: "magic_number" },
  7: { name: "protocol_field_compression" },
  8: { name: "address_and_control_field_compression" },
  9: { name: "fcs_alternatives" },
  10: { name: "self_describing_pad" },
  11: { name: "numbered_mode" },
  13: { name: "callback" },
  15: { name: "compound_frames" },
  17: { name: "multilink_mrru", form: "number" },
  18: { name: "multilink_short_sequence" },
  19: { name: "multilink_endpoint_discriminator" },
  22: { name: "mp_plus" },
  23: { name: "link_discriminator", form: "number" },
  26: { name: "prefix_elision" },
  27: { name: "multilink_header_format" },
  28: { name: "internationalization" },
};

/** IPCP (RFC 1332 §3, RFC 1877 §1, RFC 2290). */
export const IPCP_OPTIONS: OptionNames = {
  1: { name: "ip_addresses" },
  2: { name: "ip_compression_protocol", meaning: protocolText },
  3: { name: "ip_address", form: "ipv4" },
  4: { name: "mobile_ipv4", form: "ipv4" },
  129: { name: "primary_dns", form: "ipv4" },
  130: { name: "primary_nbns", form: "ipv4" },
  131: { name: "secondary_dns", form: "ipv4" },
  132: { name: "secondary_nbns", form: "ipv4" },
};

/** IPv6CP (RFC 5072 §4, RFC 5172). */
export const IPV6CP_OPTIONS: OptionNames = {
  1: { name: "interface_identifier" },
  2: { name: "ipv6_compression_protocol", meaning: protocolText },
};

/** CCP (IANA). */
export const CCP_OPTIONS: OptionNames = {
  0: { name: "proprietary" },
  1: { name: "predictor_1" },
  2: { name: "predictor_2" },
  3: { name: "puddle_jumper" },
  16: { name: "hewlett_packard_ppc" },
  17: { name: "stac_lzs" },
  18: { name: "mppe", meaning: mppeText },
  19: { name: "gandalf_fza" },
  20: { name: "v42bis" },
  21: { name: "bsd_compress" },
  23: { name: "lzs_dcp" },
  24: { name: "magnalink_variable_resource" },
  26: { name: "deflate" },
};

/** ECP (RFC 1968 §4.1, RFC 2419, RFC 2420). */
export const ECP_OPTIONS: OptionNames = {
  0: { name: "proprietary" },
  1: { name: "des_e" },
  2: { name: "triple_des_e" },
  3: { name: "des_e_bis" },
};

/** A value as its form has it; in hexadecimal where it has another length. */
export function optionValue({ data }: PppOption, form: OptionName["form"]): FieldValue {
  if (form === "ipv4" && data.length === 4) return formatIpv4(data);
  return form === "number" && data.length === 2 ? get16(data, 0) : hex(data);
}

function protocolText(data: Uint8Array): string | undefined {
  return data.length < 2 ? undefined : PPP_PROTOCOLS[get16(data, 0)];
}

function authenticationText(data: Uint8Array): string | undefined {
  const protocol = protocolText(data);
  const algorithm = protocol === "CHAP" && data.length === 3 ? ALGORITHMS[data[2]] : undefined;
  return algorithm === undefined ? protocol : `${protocol} ${algorithm}`;
}

function mppeText(data: Uint8Array): string | undefined {
  if (data.length !== 4) return undefined;
  const bits = get32(data, 0);
  return MPPE.filter(([bit]) => (bits & bit) !== 0).map(([, what]) => what).join(", ") || "none";
}
