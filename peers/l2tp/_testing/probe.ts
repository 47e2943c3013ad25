/** A hand-driven peer that sends just what a test wants sent: for tests of this folder. */
import * as l2tp from "../../../captures/wire/l2tp.ts";
import { type Avp, encode as encodeAvp, readAvps } from "../../../captures/wire/l2tp_avp.ts";
import { type AttributeValues, avp } from "../../../captures/wire/l2tp_attributes.ts";
import { type MessageName, MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Endpoint } from "../../machine.ts";
import { faultOf } from "../fault.ts";
import { LacMachine } from "../lac.ts";
import { LnsMachine } from "../lns.ts";
import { labelOf } from "./pair.ts";
import { readMessage, type ReceivedMessage } from "../read_message.ts";
import { L2TP_RULES, type L2tpRules } from "../rules.ts";

/** A packet that the machine sent. */
export interface Heard {
  label: string;
  to: Endpoint;
  header: l2tp.L2tp;
  message: ReceivedMessage;
  packet: Uint8Array;
  /** First octet behind the header. */
  body: number;
}

/** What differs from a regular message. */
export interface Irregular {
  ns?: number;
  nr?: number;
  flags?: number;
  version?: number;
  length?: number;
  tunnelId?: number;
  sessionId?: number;
  from?: Endpoint;
  /** AVPs behind the regular ones. */
  extraAvps?: readonly Avp[];
  /** Octets behind everything. */
  tail?: Uint8Array;
  /** Regular AVPs, changed. */
  avps?: (avps: Avp[]) => Avp[];
}

/** What every SCCRQ and SCCRP carries. */
export const INTRODUCTION: Partial<AttributeValues> = {
  protocolVersion: { version: 1, revision: 0 },
  hostName: new TextEncoder().encode("probe"),
  framingCapabilities: 3,
  assignedTunnelId: 77,
};

/** An AVP of any sort. */
export function anyAvp(type: number, value: readonly number[], overrides: Partial<Avp> = {}): Avp {
  const octets = Uint8Array.from(value);
  return {
    mandatory: true,
    hidden: false,
    reserved: 0,
    vendor: 0,
    type,
    value: octets,
    length: 6 + octets.length,
    ...overrides,
  };
}

/** A probe whose tunnel with a LAC or an LNS is up: it answers the LAC, and asks the LNS. */
export function established(role: "lns" | "lac", config: Record<string, unknown> = {}): Probe {
  const probe = new Probe(role, config);
  if (role === "lns") return probe.establish();
  probe.hear();
  probe.say("SCCRP", INTRODUCTION);
  return probe;
}

/** A peer at 10.9.9.9 that talks to an LNS, or to a LAC that calls it. */
export class Probe {
  now = 0;
  ns = 0;
  nr = 0;
  /** Tunnel ID and Session ID that the machine assigned; 0 before. */
  tunnelId = 0;
  sessionId = 0;
  from: Endpoint = { address: "10.9.9.9", port: 1701 };
  readonly events: { event: string; fields: Record<string, unknown> }[] = [];
  readonly lan: Uint8Array[] = [];
  readonly machine: LnsMachine | LacMachine;
  #seed = 42;

  constructor(
    role: "lns" | "lac",
    config: Record<string, unknown> = {},
    rules: Partial<L2tpRules> = {},
  ) {
    const whole = {
      wan: [{ port: "wan0", address: "10.4.0.1" }],
      peers: [{ name: "probe", address: "10.9.9.9" }],
      ...config,
    };
    const environment = {
      random: () => (this.#seed = (this.#seed * 48271) % 0x7fffffff) / 0x7fffffff,
      trace: (event: string, fields: Record<string, unknown>) =>
        this.events.push({ event, fields }),
    };
    this.machine = role === "lns"
      ? new LnsMachine(whole, environment, rules)
      : new LacMachine({ calls: [{ name: "a" }], ...whole }, environment, rules);
  }

  /** What the machine sends up to a time. */
  hear(until = this.now): Heard[] {
    const heard: Heard[] = [];
    for (;;) {
      for (let t = this.machine.transmit(this.now); t; t = this.machine.transmit(this.now)) {
        if (t.to === undefined) this.lan.push(t.packet);
        else heard.push(this.#note(t.packet, t.to));
      }
      const next = this.machine.deadline();
      if (next > until) break;
      this.now = Math.max(this.now, next);
    }
    this.now = Math.max(this.now, until);
    return heard;
  }

  /** Names of what the machine sends up to a time, such as `StopCCN 2/8`. */
  names(until = this.now): string[] {
    return this.hear(until).map(nameOf);
  }

  /** Sends a control message; returns the names of what comes back at once. */
  say(
    name: MessageName | "ZLB",
    values: Partial<AttributeValues> = {},
    irregular: Irregular = {},
  ): string[] {
    return this.send(name, values, irregular).map(nameOf);
  }

  /** Sends a control message; returns what comes back at once. */
  send(
    name: MessageName | "ZLB",
    values: Partial<AttributeValues> = {},
    irregular: Irregular = {},
  ): Heard[] {
    const regular = name === "ZLB" ? [] : [
      avp("messageType", MessageType[name]),
      ...Object.entries(values).filter(([, value]) => value !== undefined)
        .map(([key, value]) => avp(key as "hostName", value as never)),
    ];
    const avps = [...(irregular.avps?.(regular) ?? regular), ...(irregular.extraAvps ?? [])];
    const body = Uint8Array.of(...avps.flatMap((record) => [...encodeAvp(record)]));
    const tail = irregular.tail ?? new Uint8Array();
    const header = l2tp.encode({
      flags: l2tp.CONTROL_FLAGS,
      version: 2,
      length: 12 + body.length,
      tunnelId: name === "SCCRQ" ? 0 : this.tunnelId,
      sessionId: 0,
      ns: name === "ZLB" || irregular.ns !== undefined ? this.ns : this.ns++,
      nr: this.nr,
      ...irregular,
    });
    return this.raw(Uint8Array.of(...header, ...body, ...tail), irregular.from);
  }

  /** Sends octets; returns what comes back at once. */
  raw(packet: Uint8Array, from: Endpoint = this.from): Heard[] {
    const lent = packet.slice();
    this.machine.receive("wan0", lent, this.now, from);
    // The octets are the sender's again: nobody may look at them later.
    lent.fill(0xff);
    return this.hear();
  }

  /** Brings a tunnel with an LNS up. */
  establish(values: Partial<AttributeValues> = {}): this {
    this.say("SCCRQ", { ...INTRODUCTION, ...values });
    this.say("SCCCN");
    return this;
  }

  /** Brings a call with an LNS up; `peer` is the probe's Session ID. */
  call(peer = 5): this {
    this.say("ICRQ", { assignedSessionId: peer, callSerialNumber: 1 });
    this.say("ICCN", { txConnectSpeed: 1, framingType: 1 }, { sessionId: this.sessionId });
    return this;
  }

  /** Fields of the events of a name. */
  traced(event: string): Record<string, unknown>[] {
    return this.events.filter((e) => e.event === event).map(({ fields }) => fields);
  }

  #note(packet: Uint8Array, to: Endpoint): Heard {
    const { record, end } = l2tp.decode(packet);
    const header = record!;
    const label = labelOf(packet);
    const message = readMessage(readAvps(packet, end), undefined, L2TP_RULES);
    if (label !== "data") {
      if (message.name !== undefined && header.ns === this.nr) this.nr = (this.nr + 1) & 0xffff;
      this.tunnelId = message.values.assignedTunnelId ?? this.tunnelId;
      this.sessionId = message.values.assignedSessionId ?? this.sessionId;
    }
    return { label, to, header, message, packet, body: end };
  }
}

/** `SCCRP`, `ZLB`, `data`, or with result and error: `StopCCN 2/8`. */
export function nameOf({ label, message }: Heard): string {
  const name = label.split(" ")[0];
  if (message.values.resultCode === undefined) return name;
  const { result, error } = faultOf(message.values.resultCode);
  return error === undefined ? `${name} ${result}` : `${name} ${result}/${error}`;
}
