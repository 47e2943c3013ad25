/** What the tables of incoming and outgoing calls share: RFC 2661 §7.4 and §7.5. */
import type { StateTable } from "./state_table.ts";

/** The direction of a call: `incoming` where the LAC asks for the call, `outgoing` where the LNS does (RFC 2661 §5.2). */
export type Direction = "incoming" | "outgoing";

/** A state of any of the four tables. */
export type CallState =
  | "idle"
  | "wait_tunnel"
  | "wait_reply"
  | "wait_connect"
  | "wait_cs_answer"
  | "established";

/** An event: a message, one that is not acceptable (`_bad`), or something local. */
export type CallEvent =
  | "ring"
  | "tunnel_open"
  | "answer"
  | "failure"
  | "close"
  | CallMessage
  | `${CallMessage}_bad`;

/** Messages that belong to a call. */
export type CallMessage = "icrq" | "icrp" | "iccn" | "ocrq" | "ocrp" | "occn" | "cdn";

/** What is done on a transition. */
export type CallAction =
  | "open_tunnel"
  | "open_bearer"
  | "send_icrq"
  | "send_icrp"
  | "send_iccn"
  | "send_ocrq"
  | "send_ocrp"
  | "send_occn"
  | "send_cdn"
  | "prepare_data"
  | "clean_up";

/** A table of RFC 2661 §7.4 or §7.5; states that it does not know are empty. */
export type CallTable = StateTable<CallState, CallEvent, CallAction>;

/** Sends a CDN and removes the call. */
export const DISCONNECT = { actions: ["send_cdn", "clean_up"], next: "idle" } as const;
/** Removes the call. */
export const CLEAN_UP = { actions: ["clean_up"], next: "idle" } as const;
