/** Dissects L2TPv3: control messages with their AVPs, and data up to the cookie. */
import * as avp from "../wire/l2tp_avp.ts";
import * as l2tpv3 from "../wire/l2tpv3.ts";
import { get16, get32, hex } from "../wire/octets.ts";
import { broken, type Dissector, LayerBuilder, type Step } from "./layer.ts";
import { type Names, textOf } from "./names.ts";

const NAME = "l2tpv3";
/** Octets of a Session ID. */
const SESSION_ID = 4;

/** Control message types (RFC 3931 §3.1). */
const MESSAGES: Names = {
  ...{ 1: "SCCRQ", 2: "SCCRP", 3: "SCCCN", 4: "StopCCN", 6: "HELLO", 7: "OCRQ", 8: "OCRP" },
  ...{ 9: "OCCN", 10: "ICRQ", 11: "ICRP", 12: "ICCN", 14: "CDN", 15: "WEN", 16: "SLI", 20: "ACK" },
};

/** Attributes (RFC 3931 §5.4), and how their values are shown. */
const ATTRIBUTES: Readonly<Record<number, { name: string; form?: "number" | "text" }>> = {
  0: { name: "message_type", form: "number" },
  1: { name: "result_code" },
  5: { name: "tie_breaker" },
  7: { name: "host_name", form: "text" },
  8: { name: "vendor_name", form: "text" },
  10: { name: "receive_window_size", form: "number" },
  15: { name: "call_serial_number", form: "number" },
  36: { name: "random_vector" },
  58: { name: "extended_vendor_id" },
  59: { name: "message_digest" },
  60: { name: "router_id", form: "number" },
  61: { name: "assigned_control_connection_id", form: "number" },
  62: { name: "pseudowire_capabilities" },
  63: { name: "local_session_id", form: "number" },
  64: { name: "remote_session_id", form: "number" },
  65: { name: "assigned_cookie" },
  66: { name: "remote_end_id", form: "text" },
  68: { name: "pseudowire_type", form: "number" },
  69: { name: "l2_specific_sublayer", form: "number" },
  70: { name: "data_sequencing", form: "number" },
  71: { name: "circuit_status", form: "number" },
  72: { name: "preferred_language", form: "text" },
  73: { name: "authentication_nonce" },
  74: { name: "tx_connect_speed" },
  75: { name: "rx_connect_speed" },
};

/** L2TPv3 over IP: a Session ID, of which zero announces a control message. */
export const dissectL2tpv3OverIp: Dissector = (bytes, _view, start, end) => {
  if (end - start < SESSION_ID) return broken(NAME, start, end, "Session ID cut short");
  const session = get32(bytes, start);
  if (session === 0) return control(bytes, start, start + SESSION_ID, end);
  const layer = new LayerBuilder(NAME, start, start + SESSION_ID);
  layer.field("session_id", session, start, start + SESSION_ID);
  return data(layer, session);
};

/** L2TPv3 over UDP, whose first octets have been seen to be of version 3. */
export const dissectL2tpv3OverUdp: Dissector = (bytes, _view, start, end) => {
  if ((bytes[start] & 0x80) !== 0) return control(bytes, start, start, end);
  const { record, end: at, problem } = l2tpv3.decode(bytes, start, end);
  if (record === undefined) return broken(NAME, start, end, problem);
  if (!("sessionId" in record)) return undefined;
  const layer = new LayerBuilder(NAME, start, at)
    .field("flags", record.flags, start, start + 2)
    .field("version", record.version, start + 1, start + 2)
    .field("session_id", record.sessionId, start + 4, at);
  return data(layer, record.sessionId);
};

function data(layer: LayerBuilder, session: number): Step {
  return layer.summary(`L2TPv3 data, session ${session}`)
    .note("cookie and pseudowire type are not known")
    .step();
}

/** A control message whose header stands at `at`; `start` is where its layer begins. */
function control(bytes: Uint8Array, start: number, at: number, end: number): Step {
  const { record, end: body, problem } = l2tpv3.decode(bytes, at, end);
  if (record === undefined) return broken(NAME, start, end, problem);
  const layer = new LayerBuilder(NAME, start, body);
  if (at > start) layer.field("session_id", 0, start, at, "control message");
  layer.field("flags", record.flags, at, at + 2).field("version", record.version, at + 1, at + 2);
  if (!("controlConnectionId" in record)) {
    return layer.summary("L2TPv3").problem("a control message must have T set").step();
  }
  const { flags, version, length, controlConnectionId, ns, nr } = record;
  layer.field("length", length, at + 2, at + 4)
    .field("control_connection_id", controlConnectionId, at + 4, at + 8)
    .field("ns", ns, at + 8, at + 10)
    .field("nr", nr, at + 10, body);
  if (version !== l2tpv3.VERSION) layer.problem(`version must be 3: got ${version}`);
  if ((flags & l2tpv3.CONTROL_FLAGS) !== l2tpv3.CONTROL_FLAGS) {
    layer.problem("a control message must have T, L and S set");
  }
  let name = "message";
  const stop = at + length;
  if (stop < body || stop > end) {
    layer.problem(`length must be ${body - at} to ${end - at} octets: got ${length}`);
  } else {
    layer.layer.end = stop;
    name = attributes(layer, bytes, body, stop);
  }
  return layer.summary(`L2TPv3 ${name}, connection ${controlConnectionId}, Ns ${ns}, Nr ${nr}`)
    .step();
}

/** Adds a field for every AVP; returns the message's name. */
function attributes(layer: LayerBuilder, bytes: Uint8Array, start: number, end: number): string {
  const { avps, problem } = avp.readAvps(bytes, start, end);
  if (problem !== undefined) layer.problem(problem);
  let name = start === end ? "ZLB" : "message without type";
  let at = start;
  for (const [i, { vendor, type, value, hidden }] of avps.entries()) {
    const stop = at + avp.AVP_LENGTH + value.length;
    const known = vendor === 0 && !hidden ? ATTRIBUTES[type] : undefined;
    if (known === undefined) {
      layer.field(`avp_${vendor}_${type}`, hex(value), at, stop, hidden ? "hidden" : "unknown");
    } else if (known.form === "number" && (value.length === 2 || value.length === 4)) {
      const number = value.length === 2 ? get16(value, 0) : get32(value, 0);
      const meaning = type === 0 ? MESSAGES[number] : undefined;
      layer.field(known.name, number, at, stop, meaning);
      if (i === 0 && type === 0) name = meaning ?? `message type ${number}`;
    } else if (known.form === "text") layer.field(known.name, textOf(value), at, stop);
    else layer.field(known.name, hex(value), at, stop);
    at = stop;
  }
  return name;
}
