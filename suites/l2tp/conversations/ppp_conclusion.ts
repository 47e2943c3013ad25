/** What became of the PPP of a call: whether a network protocol opened, and otherwise why not. */
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import { readOptions } from "../../../captures/wire/ppp_control.ts";
import type { Tone } from "../../kit/conversation.ts";
import { listed } from "../../kit/listed.ts";
import { quoted, several } from "../../kit/narration.ts";
import type { PppDatagrams } from "./ppp_flow.ts";
import {
  ENDS,
  type Negotiation,
  other,
  type PppLink,
  type Side,
  type Spoken,
} from "./ppp_negotiation.ts";
import { optionsText, protocolName } from "./ppp_options.ts";

/** Whether what an end sent is in the captures at all: that of the client's side, and of the LNS's. */
export type Captured = readonly boolean[];

/** Requests without an answer from which on an end is silent, and no longer merely slow. */
export const PATIENCE = 3;
/** Protocols of networks. */
const NETWORKS: readonly number[] = [PppProtocol.ipcp, PppProtocol.ipv6cp, 0x8031, 0x8281];

/** What became of a link. @param refusal Why somebody was refused. @param echoes Whether LCP Echoes passed. */
export function conclusion(
  { negotiations }: PppLink,
  refusal: string | undefined,
  datagrams: readonly PppDatagrams[],
  captured: Captured,
  echoes: boolean,
): { tone: Tone; summary?: string } {
  if (refusal !== undefined) return { tone: "bad", summary: `PPP failed: ${refusal}` };
  const lcp = negotiations.get(PppProtocol.lcp), all = [...negotiations.values()];
  const networks = all.filter(({ protocol }) => NETWORKS.includes(protocol));
  const open = networks.filter(({ opened }) => opened !== undefined);
  if (open.length > 0) {
    const names = listed(open.map(({ protocol }) => protocolName(protocol)));
    return { tone: "good", summary: `PPP came up (${names} opened)` };
  }
  if (datagrams.length > 0) {
    const summary = lcp === undefined
      ? "PPP was up already, as it carries datagrams"
      : lcp.opened === undefined
      ? "PPP carries datagrams"
      : "LCP opened, and datagrams are carried though no IPCP or IPv6CP was captured";
    return { tone: "good", summary };
  }
  if (lcp !== undefined && lcp.opened === undefined) return unopened(lcp, captured);
  const [network] = networks;
  if (network !== undefined) return unopened(network, captured, lcp?.terminated);
  if (lcp === undefined) {
    return echoes
      ? { tone: "good", summary: "PPP was up already, as LCP Echoes pass" }
      : { tone: "open" };
  }
  // Encryption that one end demands may be what the link fails for.
  const failed = all.find((found) => found !== lcp && whyNotOpen(found, captured).tone === "bad");
  if (lcp.terminated !== undefined) {
    const first = failed === undefined ? "" : `: ${whyNotOpen(failed, captured).text}`;
    return {
      tone: "bad",
      summary: `PPP did not come up${first}; ${terminationText(lcp.terminated)}`,
    };
  }
  return failed === undefined
    ? { tone: "open", summary: "LCP opened, and no network protocol was negotiated" }
    : unopened(failed, captured);
}

function unopened(
  found: Negotiation,
  captured: Captured,
  terminated = found.terminated,
): { tone: Tone; summary: string } {
  const { text, tone } = whyNotOpen(found, captured);
  const end = terminated === undefined || text.includes("terminated it")
    ? ""
    : `; ${terminationText(terminated)}`;
  return { tone, summary: (tone === "bad" ? `PPP did not come up: ${text}` : text) + end };
}

/** Why a negotiation came to no agreement. */
export function whyNotOpen(found: Negotiation, captured: Captured): { text: string; tone: Tone } {
  const name = protocolName(found.protocol), { requests, naks, lastNak, lastReject } = found;
  if (found.opened !== undefined) return { text: `${name} opened`, tone: "good" };
  if (found.rejected !== undefined) {
    return { text: `${ENDS[found.rejected.side]} rejects ${name}`, tone: "bad" };
  }
  if (found.loopedBack >= PATIENCE) {
    const text = `the link is looped back: ${found.loopedBack} Configure-Requests came back to ` +
      "whoever sent them, with their Magic-Numbers";
    return { text, tone: "bad" };
  }
  for (const side of [0, 1] as Side[]) {
    const answering = other(side);
    if (requests[side] === 0 || found.agreed[side] !== undefined) continue;
    if (!captured[answering]) continue;
    const unheard = naks[answering] === 0;
    if (unheard && requests[side] >= PATIENCE) {
      const asked = several(requests[side], `${name} Configure-Request`);
      return { text: `${ENDS[answering]} answers none of ${asked} of ${ENDS[side]}`, tone: "bad" };
    }
    const nak = lastNak[answering], reject = lastReject[answering], last = nak ?? reject;
    if (last !== undefined && (naks[answering] >= PATIENCE || found.terminated !== undefined)) {
      return { text: disagreement(found, side, last, last === nak), tone: "bad" };
    }
  }
  if (found.terminated !== undefined) {
    return { text: terminationText(found.terminated), tone: "bad" };
  }
  return { text: `the capture shows no end of the ${name} negotiation`, tone: "open" };
}

/** What one end asks for, and what the other one wants instead, or will not have. */
function disagreement(
  { protocol, naks, lastRequest }: Negotiation,
  side: Side,
  last: Spoken,
  isNak: boolean,
): string {
  const name = protocolName(protocol), answering = other(side);
  const wanted = optionsText(protocol, last.data), often = several(naks[answering], "time");
  if (!isNak) return `${ENDS[answering]} rejects the ${name} options ${wanted} (${often})`;
  const asked = lastRequest[side], types = readOptions(last.data).options.map(({ type }) => type);
  const mine = asked === undefined
    ? ""
    : ` ${optionsText(protocol, asked.data, (type) => types.includes(type))}`;
  return `${ENDS[answering]} does not accept the ${name} options${mine} of ${ENDS[side]} and ` +
    `wants ${wanted} (${often})`;
}

/** Who ended a link, and what he said. */
export function terminationText({ side, data }: Spoken): string {
  return `${ENDS[side]} terminated it${data.length > 0 ? `: ${saidIn(data)}` : ""}`;
}

/** Text where octets are that, or the octets: some systems say by numbers why they end a link. */
export function saidIn(octets: Uint8Array): string {
  const isText = octets.every((octet) => octet >= 0x20 && octet !== 0x7f || octet === 10);
  return isText ? quoted(octets) : `${octets.subarray(0, 16).toHex()} in hexadecimal`;
}
