/** Steps that many scripts have in common. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { AvpInput, StepInput } from "./script.ts";

type Send = Extract<StepInput, { do: "send" }>;
/** What differs in a message from what it would be. */
export type More = Partial<Omit<Send, "do" | "type" | "tunnel">>;
type Name = keyof typeof MessageType;

const typeOf = (type: Name | number) => typeof type === "number" ? type : MessageType[type];

/** Sends a message of a type, changed as told. */
export function send(type: Name | number, tunnel: string, changes: More = {}): StepInput {
  return { do: "send", type: typeOf(type), tunnel, ...changes };
}

/** Waits for a message of a type, for as long as a device may be slow unless told. */
export function expect(type: Name | number, tunnel: string, within?: number): StepInput {
  return { do: "expect", type: typeOf(type), tunnel, ...limit(within) };
}

/** Waits until everything sent on a tunnel is acknowledged. */
export function acknowledged(tunnel: string, within?: number): StepInput {
  return { do: "acknowledged", tunnel, ...limit(within) };
}

/** Waits until anything has come in on a tunnel since the script last sent. */
export function answered(tunnel: string, within?: number): StepInput {
  return { do: "answered", tunnel, ...limit(within) };
}

/** Waits until a message was sent again so many times, or no more. */
export function copies(
  type: Name | number,
  tunnel: string,
  count: number,
  within?: number,
): StepInput {
  return { do: "copies", type: typeOf(type), tunnel, count, ...limit(within) };
}

/** Copies of a message that no device sends before it gives its peer up. */
export const ALL_COPIES = 1000;

const limit = (within: number | undefined) => within === undefined ? {} : { within };

/** Lets time pass. */
export function wait(ms: number): StepInput {
  return { do: "wait", ms };
}

/** Opens a tunnel as a LAC does. */
export function open(tunnel: string, sccrq: More = {}, scccn: More = {}): StepInput[] {
  return [
    send("SCCRQ", tunnel, sccrq),
    expect("SCCRP", tunnel),
    send("SCCCN", tunnel, { ifAssigned: true, ...scccn }),
    acknowledged(tunnel),
  ];
}

/** Places an incoming call as a LAC does. */
export function call(tunnel: string, session: string, icrq: More = {}, iccn: More = {}) {
  return [
    send("ICRQ", tunnel, { session, ifAssigned: true, ...icrq }),
    expect("ICRP", tunnel),
    send("ICCN", tunnel, { session, ifAssigned: true, ...iccn }),
    acknowledged(tunnel),
  ];
}

/** Milliseconds that a LAC has to ask for a tunnel, which may take it a second try. */
const DIALLING = 10_000;

/** Waits for a LAC that asks for a tunnel. */
export function asked(tunnel: string): StepInput {
  return expect("SCCRQ", tunnel, DIALLING);
}

/** Lets a LAC open a tunnel, as an LNS does. */
export function accept(tunnel: string, sccrp: More = {}): StepInput[] {
  return [
    asked(tunnel),
    send("SCCRP", tunnel, { ifAssigned: true, ...sccrp }),
    expect("SCCCN", tunnel),
  ];
}

/** Takes an incoming call as an LNS does. */
export function take(tunnel: string, session: string, icrp: More = {}): StepInput[] {
  return [
    expect("ICRQ", tunnel),
    send("ICRP", tunnel, { session, ifAssigned: true, ...icrp }),
    expect("ICCN", tunnel),
  ];
}

/** Opens a clean tunnel, to show that the device still works. */
export function probe(): StepInput[] {
  return open("probe");
}

/** An AVP by its number, with a value in hexadecimal. */
export function avp(type: number, value = "", overrides: Partial<AvpInput> = {}): AvpInput {
  return { type, value, ...overrides };
}

/** Text in hexadecimal. */
export function text(value: string): string {
  return new TextEncoder().encode(value).toHex();
}

/** An LCP Configure-Request with an identifier and no options: whoever speaks PPP answers it. */
export function lcpRequest(identifier: number): string {
  return `ff03c02101${identifier.toString(16).padStart(2, "0")}0004`;
}

/** Sends an LCP Configure-Request within a call. */
export function lcp(tunnel: string, session: string, identifier: number): StepInput {
  return { do: "data", tunnel, session, payload: lcpRequest(identifier) };
}

/** Waits until LCP Configure-Requests are answered. */
export function lcpAnswered(session: string, ...identifiers: number[]): StepInput {
  return { do: "lcp_answered", session, identifiers };
}

/**
 * Asks by LCP within a call and waits for the answers. PPP of a real device begins a while after its
 * call: nothing is asked before it has spoken.
 */
export function talk(tunnel: string, session: string, ...identifiers: number[]): StepInput[] {
  return [
    { do: "data_from", session },
    ...identifiers.map((identifier) => lcp(tunnel, session, identifier)),
    lcpAnswered(session, ...identifiers),
  ];
}

/** Milliseconds in which what must not be answered would be. */
const WRONG_ANSWER = 500;

/** Asks by LCP where nothing should answer, and leaves time for a wrong answer. */
export function talkInVain(tunnel: string, session: string, ...identifiers: number[]): StepInput[] {
  return [
    ...identifiers.map((identifier) => lcp(tunnel, session, identifier)),
    { do: "lcp_answered", session, identifiers, within: WRONG_ANSWER },
  ];
}
