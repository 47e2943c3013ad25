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
import { hex } from "../wire/octets.ts";
import { broken, type Dissector, type FieldValue, LayerBuilder } from "./layer.ts";
import { latin1 } from "./ppp.ts";

const { L2tpFlag } = l2tp;

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
  "resultCode",
  "challenge",
  "challengeResponse",
]);

/** An L2TP message (RFC 2661 §3.1), or one of the protocols that share its port. */
export const dissectL2tp: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = l2tp.decode(bytes, start, end);
  if (record === undefined) return broken("l2tp", start, end, problem);
  const { flags, version } = record;
  if (version !== l2tp.VERSION) return otherVersion(start, end, flags, version);
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

function otherVersion(start: number, end: number, flags: number, version: number) {
  const layer = new LayerBuilder("l2tp", start, end)
    .field("flags", flags, start, start + 2)
    .field("version", version, start + 1, start + 2);
  const known = version === 1 ? "L2F" : version === 3 ? "L2TPv3" : undefined;
  if (known !== undefined) return layer.summary(known).note(`${known} is not dissected`).step();
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
        } else layer.field(snake(known), value, at, stop);
        if (SHOWN.has(known)) shown += `, ${ATTRIBUTES[known].title.toLowerCase()} ${value}`;
      }
    }
    at = stop;
  }
  if (read.problem !== undefined) layer.problem(read.problem);
  return { name, shown };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase());
}

function valueText<K extends AttributeName>(name: K, value: AttributeValues[K]): FieldValue {
  if (typeof value === "number") return value;
  if (value === true) return "";
  if (value instanceof Uint8Array) return TEXTS.has(name) ? `"${latin1(value)}"` : hex(value);
  const parts = Object.entries(value).map(([key, part]) => {
    const text = part instanceof Uint8Array ? `"${latin1(part)}"` : part;
    return `${key} ${text}`;
  });
  return parts.join(" ");
}
