/** Configuration options of PPP in words. */
import { formatIpv4 } from "../../../captures/wire/address.ts";
import { get16, get32, hex } from "../../../captures/wire/octets.ts";
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import { readOptions } from "../../../captures/wire/ppp_control.ts";
import { LcpOption } from "../../../captures/wire/ppp_lcp.ts";
import { IpcpOption } from "../../../captures/wire/ppp_ncp.ts";

/** EAP and link quality reports, which are spoken of and not taken apart. */
export const EAP = 0xc227;
/** Compression and encryption control protocols. */
const CCP = 0x80fd, ECP = 0x8053;

const PROTOCOLS: Readonly<Record<number, string>> = {
  [PppProtocol.lcp]: "LCP",
  [PppProtocol.pap]: "PAP",
  [PppProtocol.chap]: "CHAP",
  [PppProtocol.ipcp]: "IPCP",
  [PppProtocol.ipv6cp]: "IPv6CP",
  [EAP]: "EAP",
  [CCP]: "CCP",
  [ECP]: "ECP",
  0xc025: "LQR",
  0x8031: "BCP",
  0x8281: "MPLSCP",
  0x0021: "IPv4",
  0x0057: "IPv6",
  0x002d: "compressed TCP/IP",
  0x003d: "multilink",
  0x00fd: "compressed or MPPE",
};

/** A PPP protocol by its name, or by its number. */
export function protocolName(protocol: number): string {
  return PROTOCOLS[protocol] ?? `protocol ${protocol.toString(16).padStart(4, "0").toUpperCase()}`;
}

/** Algorithms of CHAP (RFC 1994 §3, RFC 2433, RFC 2759). */
const CHAP_ALGORITHMS: Readonly<Record<number, string>> = {
  5: "CHAP with MD5",
  0x80: "MS-CHAP",
  0x81: "MS-CHAP v2",
};

/** What an Authentication-Protocol option asks for. */
export function authenticationName(data: Uint8Array): string {
  if (data.length < 2) return "an authentication protocol that is cut short";
  const protocol = get16(data, 0);
  if (protocol !== PppProtocol.chap) return protocolName(protocol);
  return CHAP_ALGORITHMS[data[2]] ?? `CHAP with algorithm ${data[2]}`;
}

/** The data of an option; undefined where a packet has none of this type. */
export function optionOf(packet: Uint8Array, type: number): Uint8Array | undefined {
  return readOptions(packet).options.find((option) => option.type === type)?.data;
}

/** The options of a packet in words: `MRU 1400, MS-CHAP v2`. @param wants Which of them, by type. */
export function optionsText(
  protocol: number,
  packet: Uint8Array,
  wants: (type: number) => boolean = () => true,
): string {
  const { options: all, problem } = readOptions(packet);
  const options = all.filter(({ type }) => wants(type));
  const texts = options.slice(0, 12).map(({ type, data }) => optionText(protocol, type, data));
  if (options.length > 12) texts.push(`${options.length - 12} more`);
  if (problem !== undefined) texts.push("options that cannot be read to their end");
  return texts.join(", ");
}

function optionText(protocol: number, type: number, data: Uint8Array): string {
  switch (protocol) {
    case PppProtocol.lcp:
      return lcpOption(type, data);
    case PppProtocol.ipcp:
      return ipcpOption(type, data);
    case PppProtocol.ipv6cp:
      return type === 1 ? `interface identifier ${hex(data)}` : `option ${type}`;
    default:
      return protocol === CCP ? ccpOption(type, data) : `option ${type}`;
  }
}

/** Supported bits of the option of MPPC and MPPE (RFC 3078 §2.1). */
const MPPE_BITS: ReadonlyMap<number, string> = new Map([
  [0x40, "MPPE 128 bit"],
  [0x80, "MPPE 56 bit"],
  [0x20, "MPPE 40 bit"],
  [0x01, "MPPC"],
  [0x01000000, "stateless"],
]);

function ccpOption(type: number, data: Uint8Array): string {
  const name = CCP_OPTIONS[type] ?? `option ${type}`;
  if (type !== 18 || data.length !== 4) return name;
  const bits = get32(data, 0);
  const texts = [...MPPE_BITS].filter(([bit]) => (bits & bit) !== 0).map(([, text]) => text);
  return texts.length === 0 ? "neither MPPC nor MPPE" : texts.join(" ");
}

/** Ways of compression (RFC 1962, RFC 3078). */
const CCP_OPTIONS: Readonly<Record<number, string>> = {
  ...{ 17: "Stac LZS", 18: "MPPC or MPPE", 21: "BSD Compress", 24: "Deflate (old)", 26: "Deflate" },
};

const LCP_OPTIONS: Readonly<Record<number, string>> = {
  [LcpOption.pfc]: "PFC",
  [LcpOption.acfc]: "ACFC",
  [LcpOption.magic]: "Magic-Number",
  [LcpOption.quality]: "Quality-Protocol",
  13: "Callback",
  17: "MRRU",
  18: "Short Sequence Number",
  19: "Endpoint Discriminator",
};

function lcpOption(type: number, data: Uint8Array): string {
  if (type === LcpOption.mru && data.length === 2) return `MRU ${get16(data, 0)}`;
  if (type === LcpOption.accm && data.length === 4) {
    return `ACCM ${get32(data, 0).toString(16).padStart(8, "0")}`;
  }
  if (type === LcpOption.authentication) return authenticationName(data);
  return LCP_OPTIONS[type] ?? `option ${type}`;
}

const IPCP_OPTIONS: Readonly<Record<number, string>> = {
  [IpcpOption.address]: "address",
  [IpcpOption.primaryDns]: "DNS",
  [IpcpOption.secondaryDns]: "second DNS",
  130: "NBNS",
  132: "second NBNS",
};

function ipcpOption(type: number, data: Uint8Array): string {
  const name = IPCP_OPTIONS[type];
  if (name !== undefined && data.length === 4) return `${name} ${formatIpv4(data)}`;
  return type === IpcpOption.compression ? "header compression" : name ?? `option ${type}`;
}
