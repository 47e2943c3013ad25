/**
 * Proxied LCP and authentication: what a LAC that negotiated with the client sends the LNS, and how
 * the LNS continues from it. Source: RFC 2661 §4.4.5.
 */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import * as chap from "../../captures/wire/ppp_chap.ts";
import { chapMd5 } from "../../captures/wire/ppp_chap_md5.ts";
import * as control from "../../captures/wire/ppp_control.ts";
import { CHAP_MD5, LcpOption, option16, option32 } from "../../captures/wire/ppp_lcp.ts";
import * as pap from "../../captures/wire/ppp_pap.ts";
import { equal, octetsOf, textOf } from "./ppp/authentication.ts";
import type { PppConfig } from "./ppp/config.ts";
import type { Authentication } from "./ppp/lcp.ts";
import type { Proxied } from "./ppp/ppp_session.ts";
import { randomOctets } from "./write_message.ts";

/** Values of the Proxy Authen Type AVP. */
export const ProxyAuthenType = { text: 1, chap: 2, pap: 3, none: 4, mschap1: 5 } as const;

/** What a LAC and its client came to. */
export interface Negotiated {
  /** How the client's end goes on. */
  client: Proxied;
  /** Options of the client's first and last request, and of the LAC's last. */
  initial: Uint8Array;
  received: Uint8Array;
  sent: Uint8Array;
  authentication?: {
    type: number;
    name: Uint8Array;
    identifier: number;
    challenge?: Uint8Array;
    response: Uint8Array;
  };
}

const AUTHENTICATION = {
  pap: Uint8Array.of(0xc0, 0x23),
  chap: Uint8Array.of(0xc2, 0x23, CHAP_MD5),
};

/** Plays both parts of the conversation that a LAC has with its client before it calls the LNS. */
export function negotiateProxy(
  proxy: "lcp" | "pap" | "chap",
  ppp: PppConfig,
  random: () => number,
): Negotiated {
  const magic = () => option32(LcpOption.magic, 1 + Math.floor(random() * 0xfffffffe));
  const request = control.writeOptions([option16(LcpOption.mru, ppp.mru), magic()]);
  const demand = proxy === "lcp"
    ? []
    : [{ type: LcpOption.authentication, data: AUTHENTICATION[proxy] }];
  const sent = control.writeOptions([option16(LcpOption.mru, ppp.mru), ...demand, magic()]);
  // The client's own view: it sent what the LAC received.
  const client: Proxied = { received: sent, sent: request };
  const negotiated: Negotiated = { client, initial: request, received: request, sent };
  if (proxy === "lcp") return negotiated;
  const name = octetsOf(ppp.name), password = octetsOf(ppp.password);
  const identifier = 1 + Math.floor(random() * 254);
  if (proxy === "pap") {
    negotiated.authentication = { type: ProxyAuthenType.pap, name, identifier, response: password };
  } else {
    const challenge = randomOctets(16, random);
    const response = chapMd5(identifier, password, challenge);
    const type = ProxyAuthenType.chap;
    negotiated.authentication = { type, name, identifier, challenge, response };
  }
  return negotiated;
}

/** The AVPs that carry the results. */
export function proxyValues(negotiated: Negotiated, reserved: number): Partial<AttributeValues> {
  const { initial, received, sent, authentication } = negotiated;
  return {
    initialReceivedLcpConfreq: initial,
    lastSentLcpConfreq: sent,
    lastReceivedLcpConfreq: received,
    proxyAuthenType: authentication?.type,
    proxyAuthenName: authentication?.name,
    proxyAuthenChallenge: authentication?.challenge,
    proxyAuthenId: authentication === undefined
      ? undefined
      : { reserved, id: authentication.identifier },
    proxyAuthenResponse: authentication?.response,
  };
}

/**
 * What an LNS can go on from; undefined when anything that it needs is missing or wrong, so that it
 * must start over.
 * @param demanded How the LNS wants its clients to prove who they are.
 * @param verifies Whether a proof counts that is right, or is not.
 */
export function proxiedLink(
  heard: Partial<AttributeValues>,
  demanded: Authentication,
  passwordOf: (name: string) => string | undefined,
  verifies: (right: boolean) => boolean,
): Proxied | undefined {
  const { lastReceivedLcpConfreq: received, lastSentLcpConfreq: sent } = heard;
  if (received === undefined || sent === undefined) return undefined;
  if (demanded === "none") return { received, sent };
  const { proxyAuthenType, proxyAuthenName, proxyAuthenResponse, proxyAuthenId } = heard;
  if (proxyAuthenName === undefined || proxyAuthenResponse === undefined) return undefined;
  if (proxyAuthenId === undefined) return undefined;
  const user = textOf(proxyAuthenName);
  const password = passwordOf(user);
  if (password === undefined) return undefined;
  const { id } = proxyAuthenId;
  const reply = (code: number, data: Uint8Array) =>
    control.encode(control.withLength({ code, identifier: id, length: 0, data }));
  if (proxyAuthenType === ProxyAuthenType.pap) {
    if (!verifies(equal(octetsOf(password), proxyAuthenResponse))) return undefined;
    const packet = reply(pap.PapCode.ack, Uint8Array.of(0));
    return { received, sent, user, welcome: { method: "pap", packet } };
  }
  const challenge = heard.proxyAuthenChallenge;
  if (proxyAuthenType !== ProxyAuthenType.chap || challenge === undefined) return undefined;
  const right = equal(chapMd5(id, octetsOf(password), challenge), proxyAuthenResponse);
  if (!verifies(right)) return undefined;
  const packet = reply(chap.ChapCode.success, new Uint8Array());
  return { received, sent, user, welcome: { method: "chap", packet } };
}
