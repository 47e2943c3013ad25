/** Dissects EAP as PPP carries it, up to the type of the method (RFC 3748 §4 and §5). */
import * as control from "../wire/ppp_control.ts";
import { type Dissector, LayerBuilder } from "./layer.ts";
import { latin1, type Names } from "./names.ts";
import { beginPacket } from "./ppp.ts";

const CODES: Names = { 1: "Request", 2: "Response", 3: "Success", 4: "Failure" };
const REQUEST = 1, RESPONSE = 2;
const IDENTITY = 1, NOTIFICATION = 2;

/** Method types (IANA). */
const TYPES: Names = {
  [IDENTITY]: "Identity",
  [NOTIFICATION]: "Notification",
  3: "Nak",
  4: "MD5-Challenge",
  5: "One-Time Password",
  6: "Generic Token Card",
  13: "EAP-TLS",
  18: "EAP-SIM",
  21: "EAP-TTLS",
  23: "EAP-AKA",
  25: "PEAP",
  26: "MS-CHAPv2",
  29: "EAP-MSCHAPv2",
  43: "EAP-FAST",
  50: "EAP-AKA'",
  52: "EAP-PWD",
  254: "expanded type",
};

/** An EAP packet. */
export const dissectEap: Dissector = (bytes, _view, start, end) => {
  const layer = new LayerBuilder("ppp_eap", start, end);
  const found = beginPacket(layer, bytes, start, end, CODES, "EAP");
  if (found === undefined) return layer.step();
  const { code, at, stop } = found;
  if (code === REQUEST || code === RESPONSE) {
    if (at === stop) layer.problem("a request or response must have a type");
    else method(layer, bytes, at, stop);
  } else if (at < stop) {
    layer.problem(`length must be ${control.CONTROL_LENGTH}: got ${stop - start}`);
  }
  return layer.stepToPadding(stop);
};

function method(layer: LayerBuilder, bytes: Uint8Array, at: number, stop: number): void {
  const type = bytes[at];
  layer.field("type", type, at, at + 1, TYPES[type]);
  layer.layer.summary += `, ${TYPES[type] ?? `type ${type}`}`;
  const name = type === IDENTITY ? "identity" : type === NOTIFICATION ? "notification" : undefined;
  if (name === undefined || at + 1 === stop) return;
  const text = latin1(bytes.subarray(at + 1, stop));
  layer.field(name, text, at + 1, stop);
  layer.layer.summary += ` "${text}"`;
}
