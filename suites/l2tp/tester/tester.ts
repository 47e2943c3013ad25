/** The tester of RFC 2661: a machine that follows a script. It stimulates; it never judges. */
import * as l2tp from "../../../captures/wire/l2tp.ts";
import { readAvps } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16, put16 } from "../../../captures/wire/octets.ts";
import type { Endpoint, Machine, Surroundings, Transmission } from "../../../peers/machine.ts";
import { z } from "zod";
import { LcpEnd } from "./lcp.ts";
import { messageOf } from "./messages.ts";
import { type DataStep, type SendStep, type TesterConfig, testerConfigSchema } from "./script.ts";

/** One tunnel of the tester. */
interface Tunnel {
  name: string;
  ownId: number;
  peerId: number;
  /** Where it sends to; the device's configured address until a message came. */
  to: Endpoint;
  port: string;
  ns: number;
  nr: number;
  /** What the peer has acknowledged. */
  acknowledged: number;
  challenge: Uint8Array;
  bound: boolean;
  /** Message types that came in since they were last expected. */
  arrived: number[];
}

interface Session {
  ownId: number;
  peerId: number;
  bound: boolean;
  /** Once the script has it negotiate. */
  lcp?: LcpEnd;
}

const CALLS: readonly number[] = [MessageType.ICRQ, MessageType.OCRQ];
const ASSIGNED_TUNNEL = 9, CHALLENGE = 11, ASSIGNED_SESSION = 14;

/** A message of a type as RFC 2661 has it. */
const plain = (type: number, tunnel: string): SendStep => ({
  ...{
    do: "send" as const,
    type,
    tunnel,
    without: [],
    with: [],
    junk: "",
    header: {},
  },
});

/** The tester. */
export class L2tpTester implements Machine {
  readonly #config: TesterConfig;
  readonly #surroundings: Surroundings;
  readonly #tunnels = new Map<string, Tunnel>();
  readonly #sessions = new Map<string, Session>();
  readonly #out: Transmission[] = [];
  #step = 0;
  #until = 0;
  #repeats = 0;
  #acknowledging = true;
  #done = false;
  #begun = false;

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, surroundings: Surroundings) {
    const result = testerConfigSchema.safeParse(config);
    if (!result.success) {
      throw new TypeError(
        `Cannot configure the tester: ${z.prettifyError(result.error)}`,
      );
    }
    this.#config = result.data;
    this.#surroundings = surroundings;
    const { wan, peers, tunnels, sessions } = result.data;
    const to = peers[0].wan[0], port = wan[0].port;
    for (const [name, ownId] of Object.entries(tunnels)) {
      this.#tunnels.set(name, {
        ...{ name, ownId, peerId: 0, to, port, ns: 0, nr: 0, acknowledged: 0 },
        ...{ challenge: new Uint8Array(0), bound: false, arrived: [] },
      });
    }
    for (const [name, ownId] of Object.entries(sessions)) {
      this.#sessions.set(name, { ownId, peerId: 0, bound: false });
    }
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (packet.length > 1 && (packet[0] & 0x80) === 0) {
      return this.#frame(packet, now);
    }
    if (
      packet.length < 12 || (packet[0] & 0xc8) !== 0xc8 || from === undefined
    ) return;
    const length = Math.min(packet.length, get16(packet, 2));
    const { avps } = readAvps(packet, 12, length);
    const type = length <= 12 ? 0 : avps[0]?.type === 0 ? get16(avps[0].value, 0) : -1;
    const value = (wanted: number) =>
      avps.find((a) => a.type === wanted && a.vendor === 0 && !a.hidden)?.value;
    const assigned = value(ASSIGNED_TUNNEL);
    const tunnel = this.#find(get16(packet, 4), type, assigned);
    if (tunnel === undefined) return;
    const opens = type === MessageType.SCCRQ || type === MessageType.SCCRP;
    if (opens) {
      if (assigned?.length === 2) tunnel.peerId = get16(assigned, 0);
      if (tunnel.ns === 0 || type === MessageType.SCCRP) {
        [tunnel.to, tunnel.port] = [from, port];
      }
    }
    tunnel.challenge = value(CHALLENGE)?.slice() ?? tunnel.challenge;
    this.#learn(get16(packet, 6), type, tunnel, value(ASSIGNED_SESSION));
    const behind = (get16(packet, 10) - tunnel.acknowledged) & 0xffff;
    if (behind < 0x8000) tunnel.acknowledged = get16(packet, 10);
    if (type !== 0) {
      if (get16(packet, 8) === tunnel.nr) tunnel.nr = (tunnel.nr + 1) & 0xffff;
    }
    if (tunnel.arrived.length < 1000) tunnel.arrived.push(type);
    this.#advance(now);
    const answers = this.#begun && this.#acknowledging;
    if (type !== 0 && answers && !this.#sends(tunnel)) {
      this.#send(plain(0, tunnel.name));
    }
  }

  transmit(now: number): Transmission | undefined {
    if (this.#out.length === 0) this.#advance(now);
    return this.#out.shift();
  }

  deadline(): number {
    if (this.#out.length > 0) return 0;
    return this.#done || !this.#begun ? Infinity : this.#until;
  }

  /** Any instruction begins the script: everybody is ready then. */
  instruct(_instruction: unknown, now: number) {
    this.#begun = true;
    this.#advance(now);
  }

  #find(
    id: number,
    type: number,
    assigned: Uint8Array | undefined,
  ): Tunnel | undefined {
    const all = [...this.#tunnels.values()];
    if (id !== 0) return all.find((t) => t.ownId === id);
    const peerId = assigned?.length === 2 ? get16(assigned, 0) : 0;
    const known = peerId === 0 ? undefined : all.find((t) => t.bound && t.peerId === peerId);
    if (known !== undefined || type !== MessageType.SCCRQ) return known;
    const free = all.find((t) => !t.bound);
    if (free !== undefined) free.bound = true;
    return free;
  }

  /** Notes the Session ID that the peer assigned. */
  #learn(
    id: number,
    type: number,
    tunnel: Tunnel,
    assigned: Uint8Array | undefined,
  ) {
    if (assigned?.length !== 2) return;
    const own = [...this.#sessions].filter(([name]) => name.startsWith(tunnel.name));
    const peerId = get16(assigned, 0);
    const session = own.find(([, s]) => id !== 0 && s.ownId === id)?.[1] ??
      (CALLS.includes(type)
        ? own.find(([, s]) => s.bound && s.peerId === peerId)?.[1] ??
          own.find(([, s]) => !s.bound)?.[1]
        : undefined);
    if (session === undefined) return;
    session.peerId = peerId;
    session.bound = true;
  }

  /** Does the steps that can be done at `now`. */
  #advance(now: number) {
    if (!this.#begun) return;
    const { steps } = this.#config;
    while (this.#step < steps.length) {
      const step = steps[this.#step];
      if (!this.#carryOut(step, now)) return;
      this.#step++;
      this.#until = 0;
    }
    if (!this.#done) {
      this.#done = true;
      this.#surroundings.trace("script_done", {});
    }
  }

  /** Whether the step is done. */
  #carryOut(step: TesterConfig["steps"][number], now: number): boolean {
    switch (step.do) {
      case "send":
        this.#send(step);
        return true;
      case "data":
        this.#data(step);
        return true;
      case "raw":
        this.#push(
          this.#tunnels.values().next().value!,
          Uint8Array.fromHex(step.octets),
          step.from,
        );
        return true;
      case "acknowledging":
        this.#acknowledging = step.on;
        return true;
      case "wait":
        return this.#waited(now, step.ms);
      case "mark":
        this.#surroundings.trace(step.event, {});
        return true;
      case "lcp":
        return this.#negotiated(step.tunnel, step.session) ||
          this.#waited(now, step.within);
      case "expect": {
        const { arrived } = this.#tunnels.get(step.tunnel)!;
        const at = arrived.indexOf(step.type);
        if (at >= 0) arrived.splice(0, at + 1);
        return at >= 0 || this.#waited(now, step.within);
      }
      case "acknowledged": {
        const { ns, acknowledged } = this.#tunnels.get(step.tunnel)!;
        return ns === acknowledged || this.#waited(now, step.within);
      }
      case "hellos":
        return this.#hellos(step.tunnel, step.count, now);
    }
  }

  #waited(now: number, ms: number): boolean {
    if (this.#until === 0) this.#until = now + ms;
    return now >= this.#until;
  }

  #hellos(name: string, count: number, now: number): boolean {
    const tunnel = this.#tunnels.get(name)!;
    while (this.#repeats < count && tunnel.ns === tunnel.acknowledged) {
      this.#repeats++;
      tunnel.arrived.length = 0;
      this.#until = 0;
      this.#send(plain(MessageType.HELLO, name));
    }
    const over = this.#repeats >= count && tunnel.ns === tunnel.acknowledged;
    const stop = over || this.#waited(now, 3000);
    if (stop) this.#repeats = 0;
    return stop;
  }

  #send(step: SendStep) {
    const tunnel = this.#tunnels.get(step.tunnel)!;
    const session = this.#sessions.get(step.session ?? "");
    const packet = messageOf(step, {
      ...{
        ownTunnelId: tunnel.ownId,
        peerTunnelId: tunnel.peerId,
        ns: tunnel.ns,
        nr: tunnel.nr,
      },
      ...{
        ownSessionId: session?.ownId ?? 0,
        peerSessionId: session?.peerId ?? 0,
      },
      challengeOf: (name) => (this.#tunnels.get(name ?? "") ?? tunnel).challenge,
    });
    const opens = step.type === MessageType.SCCRQ ||
      step.type === MessageType.SCCRP;
    // Whoever opens a tunnel from a port stays with it.
    if (opens && step.from !== undefined) tunnel.port = step.from;
    if (step.type === MessageType.SCCRQ) tunnel.bound = true;
    if (CALLS.includes(step.type) && session !== undefined) {
      session.bound = true;
    }
    const { ns, nsBy } = step.header;
    const counts = step.counts ??
      (step.type !== 0 && ns === undefined && nsBy === undefined);
    if (counts) tunnel.ns = (tunnel.ns + 1) & 0xffff;
    this.#push(tunnel, packet, step.from, step.to);
  }

  /** Takes a data message of a call whose LCP is being negotiated. */
  #frame(packet: Uint8Array, now: number) {
    const { record: { tunnelId, sessionId } = {}, end } = l2tp.decode(packet);
    const tunnel = [...this.#tunnels.values()].find(({ ownId }) => ownId === tunnelId);
    const [name, session] = [...this.#sessions].find(([, s]) => s.ownId === sessionId) ?? [];
    const answer = session?.lcp?.take(packet.subarray(end));
    if (tunnel !== undefined && answer !== undefined) {
      this.#ppp(tunnel.name, name!, answer);
    }
    this.#advance(now);
  }

  /** Whether LCP is open; the first time it asks for that. */
  #negotiated(tunnel: string, name: string): boolean {
    const session = this.#sessions.get(name)!;
    if (session.lcp === undefined) {
      this.#ppp(tunnel, name, (session.lcp = new LcpEnd()).request());
    }
    return session.lcp.opened;
  }

  #ppp(tunnel: string, session: string, frame: Uint8Array) {
    const payload = frame.toHex();
    this.#data({
      do: "data",
      tunnel,
      session,
      payload,
      word: 2,
      ns: 0,
      nr: 0,
      offset: 0,
    });
  }

  #data(step: DataStep) {
    const tunnel = this.#tunnels.get(step.tunnel)!,
      session = this.#sessions.get(step.session)!;
    const { word } = step;
    const fields: number[] = [word];
    const payload = Uint8Array.fromHex(step.payload);
    const pad = step.pad ?? step.offset;
    const optional = (word & 0x4000 ? 2 : 0) + (word & 0x0800 ? 4 : 0) +
      (word & 0x0200 ? 2 : 0);
    const size = 6 + optional + (word & 0x0200 ? pad : 0) + payload.length;
    if (word & 0x4000) fields.push(size);
    fields.push(
      step.tunnelId ?? tunnel.peerId,
      step.sessionId ?? session.peerId,
    );
    if (word & 0x0800) fields.push(step.ns, step.nr);
    if (word & 0x0200) fields.push(step.offset);
    const out = new Uint8Array(size);
    fields.forEach((field, i) => put16(out, 2 * i, field));
    out.set(payload, size - payload.length);
    this.#push(tunnel, out, step.from);
  }

  /** Whether something on its way out on this tunnel carries the acknowledgement. */
  #sends(tunnel: Tunnel): boolean {
    return this.#out.some(({ packet }) =>
      (packet[0] & 0x80) !== 0 && get16(packet, 4) === tunnel.peerId &&
      get16(packet, 10) === tunnel.nr
    );
  }

  #push(
    tunnel: Tunnel,
    packet: Uint8Array,
    from?: string,
    to: Endpoint = tunnel.to,
  ) {
    this.#out.push({ port: from ?? tunnel.port, packet, to });
  }
}
