/** Machines joined by a virtual wire in virtual time: for tests of this folder. */
import { icmpEcho } from "../../../captures/wire/build.ts";
import * as l2tp from "../../../captures/wire/l2tp.ts";
import { readAvps } from "../../../captures/wire/l2tp_avp.ts";
import { messageName } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { Endpoint, Machine, PeerEnvironment } from "../../machine.ts";
import { LacMachine } from "../lac.ts";
import { LnsMachine } from "../lns.ts";
import type { L2tpRules } from "../rules.ts";

const CLIENT = "10.255.0.2", SERVER = "10.2.0.9";

/** An echo from the client of a pair to a server behind its LNS, and the answer. */
export const PING = icmpEcho({ source: CLIENT, destination: SERVER, identifier: 1, sequence: 1 });
export const PONG = icmpEcho({
  ...{ source: SERVER, destination: CLIENT, identifier: 1, sequence: 1 },
  reply: true,
});

/** One packet on the wire. */
export interface Passing {
  from: Endpoint;
  to: Endpoint;
  packet: Uint8Array;
  /** `SCCRQ 0/0`, `ZLB 1/2`, `data`; numbers are Ns and Nr. */
  label: string;
  at: number;
  /** Counts all packets from 0. */
  index: number;
}

/** What the wire does to a packet: how often and after how many milliseconds it arrives. */
export type Wire = (passing: Passing) => readonly number[];

type Input = Record<string, unknown>;

/** A machine of a pair, with its trace and what it put on its LAN. */
export interface Plugged<M extends Machine> {
  machine: M;
  address: string;
  events: { event: string; at: number; fields: Record<string, unknown> }[];
  lan: Uint8Array[];
}

/** What a control message is called on the wire. */
export function labelOf(packet: Uint8Array): string {
  const { record, end } = l2tp.decode(packet);
  if (record === undefined || (record.flags & l2tp.L2tpFlag.type) === 0) return "data";
  const { avps } = readAvps(packet, end);
  const type = avps.length === 0 ? "ZLB" : messageName(get16(avps[0].value, 0)) ?? "?";
  return `${type} ${record.ns}/${record.nr}`;
}

/** A LAC at 10.3.0.1 and an LNS at 10.4.0.1. */
export class Pair {
  now = 0;
  /** Every packet that was sent. */
  readonly log: Passing[] = [];
  readonly lac: Plugged<LacMachine>;
  readonly lns: Plugged<LnsMachine>;
  wire: Wire = () => [1];
  readonly #flying: { at: number; passing: Passing }[] = [];
  #seed: number;

  constructor(
    lac: Input = {},
    lns: Input = {},
    rules: { lac?: Partial<L2tpRules>; lns?: Partial<L2tpRules> } = {},
    seed = 1,
  ) {
    this.#seed = seed;
    const config = (address: string, remote: string, overrides: Input) => ({
      wan: [{ port: "wan0", address }],
      peers: [{ name: "peer", address: remote }],
      ...overrides,
    });
    const calls = [{ name: "a" }];
    this.lac = this.#plug("10.3.0.1", (environment) =>
      new LacMachine(
        config("10.3.0.1", "10.4.0.1", { hostName: "lac", calls, ...lac }),
        environment,
        rules.lac,
      ));
    this.lns = this.#plug("10.4.0.1", (environment) =>
      new LnsMachine(
        config("10.4.0.1", "10.3.0.1", {
          hostName: "lns",
          ppp: { address: "10.255.0.1" },
          ...lns,
        }),
        environment,
        rules.lns,
      ));
  }

  /** Lets time pass until nothing is due, or until `until`. */
  run(until = this.now + 5000): this {
    for (;;) {
      this.#transmit();
      this.#flying.sort((a, b) => a.at - b.at || a.passing.index - b.passing.index);
      const next = Math.min(
        this.#flying[0]?.at ?? Infinity,
        this.lac.machine.deadline(),
        this.lns.machine.deadline(),
      );
      if (next > until) break;
      this.now = Math.max(this.now, next);
      while (this.#flying.length > 0 && this.#flying[0].at <= this.now) {
        const { passing } = this.#flying.shift()!;
        this.deliver(passing.packet, passing.from, passing.to);
      }
    }
    this.now = until;
    return this;
  }

  /** Hands a UDP payload to whoever has the address. */
  deliver(packet: Uint8Array, from: Endpoint, to: Endpoint): void {
    const plugged = [this.lac, this.lns].find(({ address }) => address === to.address);
    const lent = packet.slice();
    plugged?.machine.receive("wan0", lent, this.now, from);
    // The octets are the wire's again: nobody may look at them later.
    lent.fill(0xff);
  }

  /** What one side says on the wire, without data. */
  said(plugged: Plugged<Machine>): string[] {
    const mine = this.log.filter(({ from, label }) =>
      from.address === plugged.address && label !== "data"
    );
    return mine.map(({ label }) => label);
  }

  /** Events of a name that a side has traced. */
  traced(plugged: Plugged<Machine>, event: string): Record<string, unknown>[] {
    return plugged.events.filter((e) => e.event === event).map(({ fields }) => fields);
  }

  readonly #random = (): number => {
    this.#seed = (this.#seed * 48271) % 0x7fffffff;
    return this.#seed / 0x7fffffff;
  };

  #plug<M extends Machine>(address: string, make: (s: PeerEnvironment) => M): Plugged<M> {
    const events: Plugged<M>["events"] = [];
    const trace = (event: string, fields: Record<string, unknown>) => {
      events.push({ event, at: this.now, fields });
    };
    return { machine: make({ random: this.#random, trace }), address, events, lan: [] };
  }

  #transmit(): void {
    for (const plugged of [this.lac, this.lns]) {
      const { machine } = plugged;
      for (let t = machine.transmit(this.now); t !== undefined; t = machine.transmit(this.now)) {
        if (t.to === undefined) {
          plugged.lan.push(t.packet);
          continue;
        }
        const passing: Passing = {
          from: { address: plugged.address, port: 1701 },
          to: t.to,
          packet: t.packet,
          label: labelOf(t.packet),
          at: this.now,
          index: this.log.length,
        };
        this.log.push(passing);
        for (const delay of this.wire(passing)) {
          this.#flying.push({ at: this.now + delay, passing });
        }
      }
    }
  }
}
