/** The tester of RFC 2661: a machine that follows a script. It stimulates; it never judges. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../../machine.ts";
import { z } from "zod";
import { openPpp, type PppEnd } from "./ppp_end.ts";
import { copiesOf, isCall, isControl, Links, type SessionLink, type TunnelLink } from "./links.ts";
import { dataOf, isOfTunnel, messageOf, plain, pppData, zeroLengthBody } from "./messages.ts";
import {
  type CopiesStep,
  type DataStep,
  type ScriptStep,
  type SendStep,
  type TesterConfig,
  testerConfigSchema,
} from "./script.ts";

const { StopCCN } = MessageType;
/** How much longer than its last interval a silence is that means giving up: intervals may treble. */
const GIVEN_UP = 3.5;
/** HELLOs outstanding at most, whatever the peer's window. */
const IN_FLIGHT = 4;
/** Milliseconds between two attempts to reach a device, and those after which a row of HELLOs ends. */
const REACH_AGAIN = 250, STALLED = 5000;
/** Milliseconds into a step after which what is unacknowledged is sent again (RFC 2661 §5.8). */
const AGAIN = [1000, 3000];

/** The tester. */
export class L2tpTester implements Machine {
  readonly #config: TesterConfig;
  readonly #environment: PeerEnvironment;
  readonly #links: Links;
  readonly #out: Transmission[] = [];
  #step = 0;
  /** When the present step ends at the latest; 0 before it began. */
  #until = 0;
  /** When it ends as the device has been silent for so long. */
  #silence = Infinity;
  /** What the present step counts. */
  #count = 0;
  /** When the present step began to wait for a tunnel, and how often it has sent again. */
  #waiting: { since: number; sent: number } | undefined;
  #acknowledging = true;
  #done = false;
  #begun = false;

  /** @throws {TypeError} When the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment) {
    const result = testerConfigSchema.safeParse(config);
    if (!result.success) {
      throw new TypeError(`Cannot configure the tester: ${z.prettifyError(result.error)}`);
    }
    [this.#config, this.#environment] = [result.data, environment];
    this.#links = new Links(result.data);
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (from === undefined) return;
    if (!isControl(packet)) {
      const { session, frame } = this.#links.data(packet) ?? {};
      const answer = frame && session?.ppp?.take(frame);
      if (answer !== undefined) this.#frame(session!, answer);
      this.#advance(now);
      return;
    }
    const got = this.#links.control(port, packet, now, from);
    if (got === undefined) return;
    this.#advance(now);
    const { tunnel, type } = got;
    const answers = this.#begun && (this.#acknowledging || tunnel.name === this.#config.witness);
    if (
      type === 0 || !answers || this.#out.some(({ packet }) => Links.acknowledges(packet, tunnel))
    ) {
      return;
    }
    this.#push(tunnel, zeroLengthBody(tunnel));
  }

  transmit(now: number): Transmission | undefined {
    if (this.#out.length === 0) this.#advance(now);
    return this.#out.shift();
  }

  deadline(): number {
    if (this.#out.length > 0) return 0;
    if (this.#done || !this.#begun) return Infinity;
    const { since = 0, sent = AGAIN.length } = this.#waiting ?? {};
    return Math.min(this.#until, this.#silence, since + (AGAIN[sent] ?? Infinity));
  }

  /** To `leave` it ends all its tunnels; any other instruction begins the script: all are ready then. */
  instruct(instruction: unknown, now: number) {
    if ((instruction as { kind?: unknown })?.kind === "leave") {
      const ends = this.#links.established.flatMap(({ name, ns, acknowledged }) =>
        [...new Set([acknowledged, ns])].map((ns) => ({ ...plain(StopCCN, name), header: { ns } }))
      );
      return ends.forEach((step) => this.#send(step));
    }
    this.#begun = true;
    this.#advance(now);
  }

  /** Does the steps that can be done at `now`. */
  #advance(now: number) {
    if (!this.#begun) return;
    const { steps } = this.#config;
    while (this.#step < steps.length) {
      if (!this.#carryOut(steps[this.#step], now)) return;
      this.#step++;
      [this.#until, this.#silence, this.#count] = [0, Infinity, 0];
      this.#waiting = undefined;
    }
    if (!this.#done) {
      this.#done = true;
      this.#environment.trace("script_done", {});
    }
  }

  /** Whether the step is done. */
  #carryOut(step: ScriptStep, now: number): boolean {
    switch (step.do) {
      case "send":
        this.#send(step);
        return true;
      case "data":
        this.#data(step);
        return true;
      case "ping": {
        const frame = this.#links.session(step.session)?.ppp?.ping(step);
        if (frame !== undefined) this.#frame(this.#links.session(step.session)!, frame);
        return true;
      }
      case "raw":
        this.#push(this.#links.first, Uint8Array.fromHex(step.octets), step.from);
        return true;
      case "acknowledging":
        this.#acknowledging = step.on;
        this.#links.hold(!step.on);
        return true;
      case "mark":
        this.#environment.trace(step.event, {});
        return true;
      case "wait":
        return this.#waited(now, step.ms);
      case "copies":
        return this.#copies(step, now) || this.#waited(now, step.within);
      case "reach":
        return this.#reach(step, now) || this.#waited(now, step.within);
      case "hellos":
        return this.#hellos(step.tunnel, step.count, now);
      case "expect":
      case "acknowledged":
        if (this.#happened(step)) return true;
        this.#again(this.#links.tunnel(step.tunnel), now);
        return this.#waited(now, step.within);
      default:
        return this.#happened(step) || this.#waited(now, step.within);
    }
  }

  /**
   * Sends again what the device has not acknowledged, once it is time: any message may be lost, also
   * within the device, and one that was sent but once would show nothing of it.
   */
  #again(tunnel: TunnelLink, now: number) {
    this.#waiting ??= { since: now, sent: 0 };
    const { since, sent } = this.#waiting;
    if (now < since + (AGAIN[sent] ?? Infinity)) return;
    this.#waiting.sent++;
    for (const { packet, port, to } of copiesOf(tunnel)) this.#push(tunnel, packet, port, to);
  }

  /** Whether what a step waits for has happened. */
  #happened(step: Extract<ScriptStep, { within: number }>): boolean {
    switch (step.do) {
      case "expect": {
        const { arrived } = this.#links.tunnel(step.tunnel);
        const at = arrived.indexOf(step.type);
        if (at >= 0) arrived.splice(at, 1);
        return at >= 0;
      }
      case "acknowledged": {
        const { ns, acknowledged } = this.#links.tunnel(step.tunnel);
        return ns === acknowledged;
      }
      case "answered":
        return this.#links.tunnel(step.tunnel).answered;
      case "data_from":
        return (this.#links.session(step.session)?.data ?? 0) > 0;
      case "lcp_answered": {
        const { answered } = this.#links.session(step.session) ?? {};
        return step.identifiers.every((id) => answered?.has(id));
      }
      case "ping_answered":
        return step.identifiers.every((id) =>
          this.#links.session(step.session)?.ppp?.pinged.has(id)
        );
      case "lcp":
        return this.#ppp(step.session, "lcp", step);
      case "ipcp":
        return this.#ppp(step.session, "ipcp", step);
      default:
        return false;
    }
  }

  /** Whether LCP, or IPCP, is open on a session; begins what has not begun. */
  #ppp(name: string, what: "lcp" | "ipcp", settings: Partial<PppEnd> = {}): boolean {
    const session = this.#links.session(name);
    if (session === undefined) return false;
    const { frames, isOpen } = openPpp(session, what, settings);
    for (const frame of frames) this.#frame(session, frame);
    return isOpen;
  }

  #waited(now: number, ms: number): boolean {
    if (this.#until === 0) this.#until = now + ms;
    return now >= this.#until;
  }

  /** Whether enough copies have come, or none has for so long that none will. */
  #copies({ tunnel, type, count, silence }: CopiesStep, now: number): boolean {
    const copies = this.#links.tunnel(tunnel).copies.get(type);
    // The step counts from where it began.
    if (this.#until === 0) this.#count = copies?.count ?? 0;
    if (copies === undefined) return false;
    this.#silence = copies.at + Math.max(silence, GIVEN_UP * copies.gap);
    return copies.count - this.#count >= count || now >= this.#silence;
  }

  /** Whether the device has answered an SCCRQ, which is sent again and again until it does. */
  #reach(reach: Extract<ScriptStep, { do: "reach" }>, now: number): boolean {
    const { tunnel, from, without } = reach;
    const isFirst = this.#count === 0;
    if (!isFirst && this.#links.tunnel(tunnel).answered) return true;
    if (!isFirst && now < this.#silence) return false;
    this.#count++;
    this.#silence = now + REACH_AGAIN;
    const step = { ...plain(MessageType.SCCRQ, tunnel), without, from };
    this.#send({ ...step, header: isFirst ? {} : { ns: 0 } });
    return false;
  }

  #hellos(name: string, count: number, now: number): boolean {
    const tunnel = this.#links.tunnel(name);
    const outstanding = () => (tunnel.ns - tunnel.acknowledged) & 0xffff;
    while (this.#count < count && outstanding() < Math.min(IN_FLIGHT, tunnel.window)) {
      this.#count++;
      tunnel.arrived.length = this.#until = 0;
      this.#waiting = undefined;
      this.#send(plain(MessageType.HELLO, name));
    }
    if (this.#count >= count && outstanding() === 0) return true;
    this.#again(tunnel, now);
    return this.#waited(now, STALLED);
  }

  #send(step: SendStep) {
    const tunnel = this.#links.tunnel(step.tunnel);
    const session = this.#links.session(step.session ?? "");
    const isAssigned = tunnel.peerId !== 0 && (isOfTunnel(step.type) || session?.peerId !== 0);
    if (step.ifAssigned && !isAssigned) return;
    const packet = messageOf(step, {
      ...{ ownTunnelId: tunnel.ownId, peerTunnelId: tunnel.peerId },
      ...{ ns: tunnel.ns, nr: tunnel.held ?? tunnel.nr },
      ...{ ownSessionId: session?.ownId ?? 0, peerSessionId: session?.peerId ?? 0 },
      challengeOf: (name) => this.#links.tunnel(name ?? step.tunnel).challenge,
      idOf: (name) => this.#links.idOf(name),
      secret: this.#config.secret,
    });
    const opens = step.type === MessageType.SCCRQ || step.type === MessageType.SCCRP;
    // Whoever opens a tunnel from a port stays with it.
    if (opens && step.from !== undefined) tunnel.port = step.from;
    if (step.type === MessageType.SCCRQ) tunnel.bound = true;
    if (isCall(step.type) && session !== undefined) session.bound = true;
    const { ns, nsBy } = step.header;
    const counts = step.counts ?? (step.type !== 0 && ns === undefined && nsBy === undefined);
    if (counts && Object.keys(step.header).length === 0) {
      const { port, to } = { port: step.from ?? tunnel.port, to: step.to ?? tunnel.to };
      tunnel.unacknowledged.push({ ns: tunnel.ns, packet, port, to });
    }
    if (counts) tunnel.ns = (tunnel.ns + 1) & 0xffff;
    tunnel.answered = false;
    this.#push(tunnel, packet, step.from, step.to);
  }

  #data(step: DataStep) {
    const tunnel = this.#links.tunnel(step.tunnel), session = this.#links.session(step.session);
    this.#push(tunnel, dataOf(step, tunnel.peerId, session?.peerId ?? 0), step.from);
  }

  /** Sends a PPP frame on a session. */
  #frame({ name, peerId }: SessionLink, frame: Uint8Array) {
    const tunnel = this.#links.tunnelOf(name);
    this.#push(tunnel, pppData(frame, tunnel.peerId, peerId));
  }

  #push(tunnel: TunnelLink, packet: Uint8Array, from?: string, to: Endpoint = tunnel.to) {
    this.#out.push({ port: from ?? tunnel.port, packet, to });
  }
}
