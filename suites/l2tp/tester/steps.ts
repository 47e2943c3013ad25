/** Steps that many scripts have in common. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { AvpInput, StepInput } from "./script.ts";

type Send = Extract<StepInput, { do: "send" }>;
type More = Partial<Omit<Send, "do" | "type" | "tunnel">>;
type Name = keyof typeof MessageType;

/** Sends a message of a type, changed as told. */
export function send(type: Name | number, tunnel: string, more: More = {}): StepInput {
  return { do: "send", type: typeof type === "number" ? type : MessageType[type], tunnel, ...more };
}

/** Waits for a message of a type. */
export function expect(type: Name, tunnel: string, within = 500): StepInput {
  return { do: "expect", type: MessageType[type], tunnel, within };
}

/** Waits until everything sent on a tunnel is acknowledged. */
export function acknowledged(tunnel: string, within = 500): StepInput {
  return { do: "acknowledged", tunnel, within };
}

/** Lets time pass. */
export function wait(ms: number): StepInput {
  return { do: "wait", ms };
}

/** Opens a tunnel as a LAC does. */
export function open(tunnel: string, sccrq: More = {}, scccn: More = {}): StepInput[] {
  return [
    send("SCCRQ", tunnel, sccrq),
    expect("SCCRP", tunnel),
    send("SCCCN", tunnel, scccn),
    acknowledged(tunnel),
  ];
}

/** Places an incoming call as a LAC does. */
export function call(tunnel: string, session: string, icrq: More = {}, iccn: More = {}) {
  return [
    send("ICRQ", tunnel, { session, ...icrq }),
    expect("ICRP", tunnel),
    send("ICCN", tunnel, { session, ...iccn }),
    acknowledged(tunnel),
  ];
}

/** Lets a LAC open a tunnel, as an LNS does. */
export function accept(tunnel: string, sccrp: More = {}): StepInput[] {
  return [expect("SCCRQ", tunnel, 3000), send("SCCRP", tunnel, sccrp), expect("SCCCN", tunnel)];
}

/** Takes an incoming call as an LNS does. */
export function take(tunnel: string, session: string, icrp: More = {}): StepInput[] {
  return [
    expect("ICRQ", tunnel, 1000),
    send("ICRP", tunnel, { session, ...icrp }),
    expect("ICCN", tunnel),
  ];
}

/** Opens a clean tunnel, to show that the device still works. */
export function probe(): StepInput[] {
  return open("probe");
}

/** An AVP by its number, with a value in hexadecimal. */
export function avp(type: number, value = "", more: Partial<AvpInput> = {}): AvpInput {
  return { type, value, ...more };
}

/** Text in hexadecimal. */
export function text(value: string): string {
  return new TextEncoder().encode(value).toHex();
}

/** An LCP Configure-Request with an identifier and no options: whoever speaks PPP answers it. */
export function lcpRequest(identifier: number): string {
  return `ff03c02101${identifier.toString(16).padStart(2, "0")}0004`;
}
