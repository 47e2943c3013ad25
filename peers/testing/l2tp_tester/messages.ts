/** The control messages of the tester: a legal one for each type, and what the script changes in it. */
import { createHash } from "node:crypto";
import * as avps from "../../../captures/wire/l2tp_avp.ts";
import { type AttributeName, ATTRIBUTES, avp } from "../../../captures/wire/l2tp_attributes.ts";
import { hide } from "../../../captures/wire/l2tp_hiding.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { put16 } from "../../../captures/wire/octets.ts";
import type { TunnelLink } from "./links.ts";
import type { AvpSpec, DataStep, SendStep } from "./script.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** What a message needs to know of its tunnel and session. */
export interface Context {
  ownTunnelId: number;
  ownSessionId: number;
  peerTunnelId: number;
  peerSessionId: number;
  ns: number;
  nr: number;
  /** The challenge last received on a tunnel, or on the message's own. */
  challengeOf(tunnel: string | undefined): Uint8Array;
  /** The tester's identifier of a tunnel or session. */
  idOf(name: string): number;
  /** The secret that it shares with the device. */
  secret?: string;
}

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, OCRQ, OCRP, OCCN, ICRQ, ICRP, ICCN, CDN, WEN, SLI } =
  MessageType;

/** AVPs that a legal message of a type has behind its Message Type. */
function usual(type: number, c: Context): avps.Avp[] {
  const assigned = () => avp("assignedSessionId", c.ownSessionId);
  switch (type) {
    case SCCRQ:
    case SCCRP:
      return [
        avp("protocolVersion", { version: 1, revision: 0 }),
        avp("framingCapabilities", 3),
        avp("hostName", text("tester")),
        avp("assignedTunnelId", c.ownTunnelId),
        avp("bearerCapabilities", 3),
        avp("receiveWindowSize", 4),
      ];
    case StopCCN:
      return [avp("assignedTunnelId", c.ownTunnelId), avp("resultCode", { result: 1 })];
    case ICRQ:
      return [assigned(), avp("callSerialNumber", 1)];
    case ICRP:
    case OCRP:
      return [assigned()];
    case ICCN:
    case OCCN:
      return [avp("txConnectSpeed", 10_000_000), avp("framingType", 1)];
    case OCRQ:
      return [
        assigned(),
        avp("callSerialNumber", 1),
        avp("minimumBps", 1),
        avp("maximumBps", 10_000_000),
        avp("bearerType", 1),
        avp("framingType", 1),
        avp("calledNumber", text("100")),
      ];
    case CDN:
      return [avp("resultCode", { result: 3 }), assigned()];
    case WEN:
      return [avp("callErrors", {
        ...{ reserved: 0, crcErrors: 1, framingErrors: 0, hardwareOverruns: 0 },
        ...{ bufferOverruns: 0, timeOutErrors: 0, alignmentErrors: 0 },
      })];
    case SLI:
      return [avp("accm", { reserved: 0, send: 0xffffffff, receive: 0xffffffff })];
    default:
      return [];
  }
}

/** The name of an AVP's type, for scripts: its number. */
export function typeOf(name: AttributeName): number {
  return ATTRIBUTES[name].type;
}

/** MD5 over the identifier, the secret and the challenge (RFC 2661 §5.1.1). */
export function challengeResponse(id: number, secret: string, challenge: Uint8Array): Uint8Array {
  return createHash("md5").update(Uint8Array.of(id)).update(secret).update(challenge).digest();
}

/** The response to a challenge of the device, wherever the script says nothing of it. */
function proof({ type, without, with: more }: SendStep, c: Context): avps.Avp[] {
  const response = ATTRIBUTES.challengeResponse.type, challenge = c.challengeOf(undefined);
  const answers = type === SCCRP || type === SCCCN;
  if (!answers || c.secret === undefined || challenge.length === 0) return [];
  if (without.includes(response) || more.some((spec) => spec.type === response)) return [];
  return [avp("challengeResponse", challengeResponse(type, c.secret, challenge))];
}

function written(spec: AvpSpec, context: Context): Uint8Array {
  let value = Uint8Array.fromHex(spec.value ?? "");
  if (spec.own !== undefined) {
    value = new Uint8Array(2);
    put16(value, 0, context.idOf(spec.own));
  }
  if (spec.response !== undefined) {
    const { id, secret, challengeOf, wrongAt, turned = 0, octets = 16 } = spec.response;
    value = new Uint8Array(octets);
    const right = challengeResponse(id, secret, context.challengeOf(challengeOf));
    value.set([...right.subarray(turned), ...right.subarray(0, turned)].slice(0, octets));
    if (wrongAt !== undefined) value[wrongAt] ^= 1;
  }
  if (spec.hide !== undefined) {
    const { secret, vector, padding } = spec.hide;
    const fromHex = (octets: string) => Uint8Array.fromHex(octets);
    value = new Uint8Array(
      hide(spec.type, value, text(secret), fromHex(vector), fromHex(padding)),
    );
  }
  return avps.encode({
    ...{ mandatory: spec.m, hidden: spec.h || spec.hide !== undefined, reserved: spec.reserved },
    ...{ vendor: spec.vendor, type: spec.type, value },
    length: spec.length ?? 6 + value.length,
  });
}

/** The octets of the message that a step sends. */
export function messageOf(step: SendStep, c: Context): Uint8Array {
  const body: Uint8Array[] = [];
  if (step.avps !== undefined) body.push(...step.avps.map((spec) => written(spec, c)));
  else if (step.type !== 0) {
    const rest = [...usual(step.type, c), ...proof(step, c)];
    const legal = [avp("messageType", step.type), ...(step.backwards ? rest.reverse() : rest)];
    const kept = legal.filter(({ type }) => !step.without.includes(type));
    body.push(...kept.map((record) => avps.encode(record)));
  }
  body.push(...step.with.map((spec) => written(spec, c)));
  const size = body.reduce((sum, { length }) => sum + length, 12);
  const junk = Uint8Array.fromHex(step.junk);
  const out = new Uint8Array(size + junk.length);
  const { header: h } = step;
  // Whatever the first octets announce, the fields stand where a control message has them.
  put16(out, 0, h.word ?? 0xc802);
  put16(out, 2, h.length ?? size);
  put16(out, 4, h.tunnelId ?? c.peerTunnelId);
  put16(out, 6, h.sessionId ?? (isOfTunnel(step.type) && !h.ofSession ? 0 : c.peerSessionId));
  put16(out, 8, (h.ns ?? c.ns) + (h.nsBy ?? 0));
  put16(out, 10, (h.nr ?? c.nr) + (h.nrBy ?? 0));
  let at = 12;
  for (const octets of body) {
    out.set(octets, at);
    at += octets.length;
  }
  out.set(junk, at);
  return out;
}

/** The octets of the data message that a step sends: the fields that its first octets announce. */
export function dataOf(step: DataStep, peerTunnelId: number, peerSessionId: number): Uint8Array {
  const { word } = step;
  const payload = Uint8Array.fromHex(step.payload);
  const sized = (word & 0x4000) !== 0, numbered = (word & 0x0800) !== 0;
  const shifted = (word & 0x0200) !== 0;
  const pad = shifted ? step.pad ?? step.offset : 0;
  const fields = [
    word,
    ...(sized ? [0] : []),
    ...[step.tunnelId ?? peerTunnelId, step.sessionId ?? peerSessionId],
    ...(numbered ? [step.ns, step.nr] : []),
    ...(shifted ? [step.offset] : []),
  ];
  const out = new Uint8Array(2 * fields.length + pad + payload.length);
  if (sized) fields[1] = out.length;
  fields.forEach((field, i) => put16(out, 2 * i, field));
  out.set(payload, out.length - payload.length);
  return out;
}

/** Whether messages of a type concern the whole tunnel. */
export function isOfTunnel(type: number): boolean {
  return type === 0 || type <= HELLO || type === ICRQ || type === OCRQ;
}

/** The step that sends a message of a type as it is to be. */
export function plain(type: number, tunnel: string): SendStep {
  return { do: "send", type, tunnel, without: [], with: [], junk: "", header: {} };
}

/** The octets of a zero-length body. */
export function zeroLengthBody(tunnel: Pick<TunnelLink, "name" | "peerId" | "ns" | "nr">) {
  const { name, peerId: peerTunnelId, ns, nr } = tunnel;
  const none = { ownTunnelId: 0, ownSessionId: 0, peerSessionId: 0 };
  const nothing = { challengeOf: () => new Uint8Array(0), idOf: () => 0 };
  return messageOf(plain(0, name), { ...none, ...nothing, peerTunnelId, ns, nr });
}

/** The octets of a data message that holds a PPP frame, with a header as short as it can be. */
export function pppData(frame: Uint8Array, peerTunnelId: number, peerSessionId: number) {
  const step = { word: 2, payload: frame.toHex(), ns: 0, nr: 0, offset: 0 };
  return dataOf({ do: "data", tunnel: "", session: "", ...step }, peerTunnelId, peerSessionId);
}
