/** Dissects L2TPv2: control messages with their AVPs, and data messages up to the PPP frame within. */
import * as l2tp from "../wire/l2tp.ts";
import * as avp from "../wire/l2tp_avp.ts";
import {
  type AttributeName,
  attributeName,
  ATTRIBUTES,
  type AttributeValues,
  readValue,
} from "../wire/l2tp_attributes.ts";
import { messageName } from "../wire/l2tp_message.ts";
import { causeMeaning, errorMeaning, resultMeaning } from "../wire/l2tp_result_codes.ts";
import type { CauseValue, ResultCodeValue } from "../wire/l2tp_values.ts";
import * as l2tpv3 from "../wire/l2tpv3.ts";
import { get16, hex } from "../wire/octets.ts";
import { dissectL2tpv3OverUdp } from "./l2tpv3.ts";
import { broken, type Dissector, type FieldValue, LayerBuilder } from "./layer.ts";
import { snake, textOf } from "./names.ts";

const { L2tpFlag } = l2tp;

/** The version of L2F, and the bits that it reserves (RFC 2341 §4.2). */
const L2F = 1, L2F_RESERVED = 0x0ff0;

/** Attributes whose octets are text. */
const TEXTS = new Set<AttributeName>([
  "hostName",
  "vendorName",
  "calledNumber",
  "callingNumber",
  "subAddress",
  "proxyAuthenName",
]);

/** Attributes that the line of a message shows. */
const SHOWN = new Set<AttributeName>([
  "hostName",
  "assignedTunnelId",
  "assignedSessionId",
  "challenge",
  "challengeResponse",
]);

/** An L2TP message (RFC 2661 §3.1), or one of the protocols that share its port. */
export const dissectL2tp: Dissector = (bytes, view, start, end, context) => {
  if (end - start >= 2) {
    const word = get16(bytes, start), version = word & 15, flags = word & 0xfff0;
    if (version === l2tpv3.VERSION && (flags === 0 || flags === l2tpv3.CONTROL_FLAGS)) {
      return dissectL2tpv3OverUdp(bytes, view, start, end, context);
    }
    if (version !== l2tp.VERSION) return otherVersion(start, end, flags, version);
  }
  const { record, end: at, problem } = l2tp.decode(bytes, start, end);
  if (record === undefined) return broken("l2tp", start, end, problem);
  const { flags } = record;
  const control = (flags & L2tpFlag.type) !== 0;
  const layer = new LayerBuilder("l2tp", start, at);
  const stop = header(layer, record, start, at, end);
  if (stop === undefined) return layer.step();
  const ids = `tunnel ${record.tunnelId}, session ${record.sessionId}`;
  const numbers = record.ns === undefined ? "" : `, Ns ${record.ns}, Nr ${record.nr}`;
  if (!control) {
    layer.summary(`L2TP data, ${ids}${numbers}`);
    // Key 9 of the link types is PPP as L2TP carries it.
    return layer.step({ table: "linkType", keys: [9], start: at, end: stop });
  }
  if ((flags & l2tp.CONTROL_FLAGS) !== l2tp.CONTROL_FLAGS || (flags & L2tpFlag.offset) !== 0) {
    layer.problem("a control message must have L and S set, and O clear");
  }
  layer.layer.end = stop;
  const { name, shown } = attributes(layer, bytes, at, stop);
  layer.summary(`L2TP ${name}, ${ids}${numbers}${shown}`);
  return layer.step();
};

/** L2F, and what has the flags of a control message beside a version that there is not. */
function otherVersion(start: number, end: number, flags: number, version: number) {
  const isL2f = version === L2F && (flags & L2F_RESERVED) === 0;
  if (!isL2f && flags !== l2tp.CONTROL_FLAGS) return undefined;
  const layer = new LayerBuilder("l2tp", start, end)
    .field("flags", flags, start, start + 2)
    .field("version", version, start + 1, start + 2);
  if (version === L2F) return layer.summary("L2F").note("L2F is not dissected").step();
  return layer.summary("L2TP").problem(`version must be 2: got ${version}`).step();
}

/** Adds the header's fields; returns where the message ends, or undefined when it cannot. */
function header(
  layer: LayerBuilder,
  record: l2tp.L2tp,
  start: number,
  at: number,
  end: number,
): number | undefined {
  const { flags } = record;
  let offset = start + 2;
  const field = (name: string, value: number) => {
    layer.field(name, value, offset, offset + 2);
    offset += 2;
  };
  layer.field("flags", flags, start, start + 2, flagText(flags))
    .field("version", record.version, start + 1, start + 2);
  if ((flags & l2tp.RESERVED_FLAGS) !== 0) layer.note("reserved bits are set");
  if (record.length !== undefined) field("length", record.length);
  field("tunnel_id", record.tunnelId);
  field("session_id", record.sessionId);
  if (record.ns !== undefined) {
    field("ns", record.ns);
    field("nr", record.nr ?? 0);
  }
  if (record.offsetPad !== undefined) field("offset_size", record.offsetPad.length);
  if (record.length === undefined) return end;
  const stop = start + record.length;
  if (stop >= at && stop <= end) return stop;
  layer.summary("L2TP");
  const least = at - start, most = end - start;
  layer.problem(`length must be ${least} to ${most} octets: got ${record.length}`);
  return undefined;
}

function flagText(flags: number): string {
  const names = Object.entries(L2tpFlag).filter(([, bit]) => (flags & bit) !== 0);
  return names.length === 0 ? "none" : names.map(([name]) => name).join(", ");
}

/** Adds a field for every AVP; returns the message's name and what else its line shows. */
function attributes(layer: LayerBuilder, bytes: Uint8Array, start: number, end: number) {
  const read = avp.readAvps(bytes, start, end);
  let name = start === end ? "ZLB" : "message without type";
  let shown = "";
  let at = start;
  for (const [i, one] of read.avps.entries()) {
    const stop = at + avp.AVP_LENGTH + one.value.length;
    const known = one.vendor === 0 && one.reserved === 0 ? attributeName(one.type) : undefined;
    if (known === undefined || one.hidden) {
      const label = known === undefined ? `avp_${one.vendor}_${one.type}` : snake(known);
      const note = one.hidden ? "hidden" : "unknown";
      layer.field(label, hex(one.value), at, stop, one.mandatory ? `${note}, mandatory` : note);
    } else {
      const { record, problem } = readValue(known, one.value);
      if (record === undefined) {
        layer.field(snake(known), hex(one.value), at, stop, "malformed").problem(problem);
      } else {
        const value = valueText(known, record);
        if (i === 0 && known === "messageType") {
          const type = record as number;
          name = messageName(type) ?? `message type ${type}`;
          layer.field("message_type", type, at, stop, messageName(type));
        } else if (known === "resultCode") {
          shown += resultFields(layer, name, record as ResultCodeValue, at, stop);
        } else {
          const cause = known === "q931CauseCode" ? (record as CauseValue).cause : undefined;
          const meaning = cause === undefined ? undefined : causeMeaning(cause);
          layer.field(snake(known), value, at, stop, meaning);
        }
        if (SHOWN.has(known)) shown += `, ${ATTRIBUTES[known].title.toLowerCase()} ${value}`;
      }
    }
    at = stop;
  }
  if (read.problem !== undefined) layer.problem(read.problem);
  return { name, shown };
}

/** Adds the parts of a Result Code AVP with their meanings; returns what the line says of them. */
function resultFields(
  layer: LayerBuilder,
  message: string,
  { result, error, message: text }: ResultCodeValue,
  start: number,
  end: number,
): string {
  const at = start + avp.AVP_LENGTH;
  const of = message === "StopCCN" ? "tunnel" : message === "CDN" ? "call" : undefined;
  const means = of === undefined ? undefined : resultMeaning(of, result) ?? "not assigned";
  layer.field("result_code", result, at, at + 2, means);
  let shown = `, result code ${result}${means === undefined ? "" : ` (${means})`}`;
  if (error !== undefined) {
    const what = errorMeaning(error) ?? "not assigned";
    layer.field("error_code", error, at + 2, at + 4, what);
    if (error !== 0) shown += `, error code ${error} (${what})`;
  }
  if (text !== undefined) {
    layer.field("error_message", textOf(text), at + 4, end);
    shown += `, ${textOf(text)}`;
  }
  return shown;
}

function valueText<K extends AttributeName>(name: K, value: AttributeValues[K]): FieldValue {
  if (typeof value === "number") return value;
  if (value === true) return "";
  if (value instanceof Uint8Array) return TEXTS.has(name) ? textOf(value) : hex(value);
  const parts = Object.entries(value).map(([key, part]) => {
    const text = part instanceof Uint8Array ? textOf(part) : part;
    return `${key} ${text}`;
  });
  return parts.join(" ");
}
