/**
 * One end of a PPP link: establishment, authentication, network, as RFC 1661 §3.2 orders the phases.
 *
 * ```
 * +------+        +-----------+           +--------------+
 * | Dead |------->| Establish |---------->| Authenticate |--+
 * +------+   UP   +-----------+   OPENED  +--------------+  |
 *    ^                                          | FAIL      | SUCCESS / NONE
 *    |            +-----------+           +---------+       |
 *    +------------| Terminate |<----------| Network |<------+
 *         DOWN    +-----------+  CLOSING  +---------+
 * ```
 */
import { ControlCode } from "../../../captures/wire/ppp_control.ts";
import * as ppp from "../../../captures/wire/ppp.ts";
import { readOptions } from "../../../captures/wire/ppp_control.ts";
import { Timer, type Timers } from "../../net/timers.ts";
import { AuthenticationPhase } from "./authentication_phase.ts";
import type { PppConfig } from "./config.ts";
import { Ipcp } from "./ipcp.ts";
import { Ipv6cp } from "./ipv6cp.ts";
import { Lcp } from "./lcp.ts";
import { Negotiation, type NegotiationSettings } from "./negotiation.ts";

const { PppProtocol } = ppp;

/** What a link asks of the call that carries it. */
export interface PppHost {
  timers: Timers;
  random(): number;
  /** Who challenges. */
  hostName: string;
  /** Sends a frame in two parts; `keepalive` marks LCP echoes. */
  send(header: Uint8Array, information: Uint8Array, keepalive: boolean): void;
  /** An IP datagram arrived; the octets belong to the host. */
  datagram(packet: Uint8Array, now: number): void;
  /** Who may use the link, and where. */
  passwordOf(name: string): string | undefined;
  addressFor(user: string, requested: string): string | undefined;
  /** LCP is open: the peer's async control character map. */
  linkUp(accm: number, now: number): void;
  /** A network protocol is open, with addresses as text. */
  networkUp(family: 4 | 6, local: string, remote: string, now: number): void;
  networkDown(family: 4 | 6, now: number): void;
  /** The link is over. */
  ended(reason: PppEnd, now: number): void;
}

/** Why a link ended. */
export type PppEnd = "terminated" | "no agreement" | "authentication failed" | "echo lost";

/** What the LAC has negotiated before the LNS took over: RFC 2661 §4.4.5. */
export interface Proxied {
  /** Options of the last Configure-Request that the peer sent, and of the last one sent to it. */
  received: Uint8Array;
  sent: Uint8Array;
  /** Who the peer is; undefined when authentication has yet to begin. */
  user?: string;
  /** The PAP or CHAP packet that accepts the peer. */
  welcome?: { method: "pap" | "chap"; packet: Uint8Array };
}

/** One end of a PPP link. */
export class PppSession {
  readonly lcp: Lcp;
  readonly ipcp: Ipcp;
  readonly #config: PppConfig;
  readonly #host: PppHost;
  readonly #link: Negotiation;
  readonly #networks: { family: 4 | 6; protocol: number; negotiation: Negotiation }[] = [];
  readonly #authentication: AuthenticationPhase;
  readonly #echo: Timer;
  #unanswered = 0;
  /** The peer is to begin. */
  #waits = false;
  #over = false;
  #reason: PppEnd = "no agreement";

  constructor(config: PppConfig, host: PppHost) {
    this.#config = config;
    this.#host = host;
    const { timers } = host;
    const random = () => host.random();
    this.lcp = new Lcp({ ...config, credentials: config.name !== "" }, {
      random,
      opened: (now) => this.#linkUp(now),
      down: (now) => this.#linkDown(now),
      finished: (now) => this.#end(this.#reason, now),
      protocolRejected: (protocol, now) => this.#protocolRejected(protocol, now),
      echoReplied: () => this.#unanswered = 0,
      reply: (code, data, identifier) => {
        if (this.#link.state === "opened") this.#link.packet(code, data, identifier);
      },
    });
    const settings: NegotiationSettings = config;
    const negotiate = (protocol: number) => (packet: Uint8Array) => this.#frame(protocol, packet);
    this.#link = new Negotiation(this.lcp, settings, timers, negotiate(PppProtocol.lcp));
    this.ipcp = new Ipcp(config.address, config.dns, {
      addressFor: (requested) => host.addressFor(this.user, requested),
      opened: (now) => host.networkUp(4, this.ipcp.local, this.ipcp.remote, now),
      down: (now) => host.networkDown(4, now),
    });
    const network = (family: 4 | 6, protocol: number, control: Ipcp | Ipv6cp) => {
      const negotiation = new Negotiation(control, settings, timers, negotiate(protocol));
      this.#networks.push({ family, protocol, negotiation });
    };
    if (config.ipv4) network(4, PppProtocol.ipcp, this.ipcp);
    if (config.ipv6) {
      const ipv6cp = new Ipv6cp({
        random,
        opened: (now) => host.networkUp(6, ipv6cp.local, ipv6cp.remote, now),
        down: (now) => host.networkDown(6, now),
      });
      network(6, PppProtocol.ipv6cp, ipv6cp);
    }
    this.#authentication = new AuthenticationPhase(config, host, {
      send: (method, packet) => this.#frame(PppProtocol[method], packet),
      done: (now) => this.#network(now),
      failed: (now) => this.#fail("authentication failed", now),
    });
    this.#echo = new Timer((now) => this.#echoDue(now));
  }

  /** Who the peer turned out to be. */
  get user(): string {
    return this.#authentication.user;
  }

  /** Begins to negotiate, or lets the peer begin where it may. */
  open(now: number, mayWait = true): void {
    this.#waits = this.#config.passive && mayWait;
    if (this.#waits) return;
    this.#link.event("open", now);
    this.#link.event("up", now);
  }

  /** Continues the link from the LAC's results; false when they cannot be used. */
  adopt(proxied: Proxied, now: number): boolean {
    const received = readOptions(proxied.received), sent = readOptions(proxied.sent);
    if (received.problem !== undefined || sent.problem !== undefined) return false;
    const { verdict } = this.lcp.judge(received.options, true);
    if (verdict !== "ack") return false;
    if (proxied.user !== undefined) this.#authentication.vouchFor(proxied.user);
    this.#link.adopt(now);
    if (proxied.welcome !== undefined) {
      this.#frame(PppProtocol[proxied.welcome.method], proxied.welcome.packet);
    }
    return true;
  }

  /** Ends the link in the way of PPP. */
  close(now: number): void {
    this.#reason = "terminated";
    for (const { negotiation } of this.#networks) negotiation.event("close", now);
    this.#link.event("close", now);
  }

  /** Ends the link at once and silently, as the call below it is gone. */
  destroy(now: number): void {
    if (this.#over) return;
    this.#over = true;
    for (const { negotiation } of this.#networks) negotiation.event("down", now);
    this.#stop();
  }

  /** Takes a frame in. Never throws. */
  receive(bytes: Uint8Array, start: number, end: number, now: number): void {
    if (this.#over) return;
    if (this.#waits) this.open(now, false);
    const { record, end: at } = ppp.decode(bytes, start, end);
    if (record === undefined) return;
    const { protocol } = record;
    if (protocol === PppProtocol.lcp) return this.#link.receive(bytes, at, end, now);
    // Nothing but LCP counts before LCP is open.
    if (this.#link.state !== "opened") return;
    switch (protocol) {
      case PppProtocol.pap:
      case PppProtocol.chap:
        return this.#authentication.receive(protocol, bytes, at, end, now);
      case PppProtocol.ipv4:
      case PppProtocol.ipv6: {
        const family = protocol === PppProtocol.ipv4 ? 4 : 6;
        if (this.isUp(family)) this.#host.datagram(bytes.slice(at, end), now);
        return;
      }
      default:
        return this.#control(protocol, bytes, at, end, now);
    }
  }

  /** Sends an IP datagram to the peer; says why it cannot be sent, or undefined when it was. */
  datagram(packet: Uint8Array): "not up" | "too big" | undefined {
    const family = packet.length > 0 && packet[0] >> 4 === 6 ? 6 : 4;
    if (!this.isUp(family)) return "not up";
    if (packet.length > this.lcp.agreed.mru) return "too big";
    const { pfc, acfc } = this.lcp.agreed;
    const protocol = family === 4 ? PppProtocol.ipv4 : PppProtocol.ipv6;
    this.#host.send(ppp.encode({ framed: !acfc, compressed: pfc, protocol }), packet, false);
    return undefined;
  }

  /** Whether IPv4 or IPv6 has come to its addresses. */
  isUp(family: 4 | 6): boolean {
    const network = this.#networks.find((n) => n.family === family);
    return network?.negotiation.state === "opened";
  }

  /** Control packets are never compressed, so that both ends can read them in any state. */
  #frame(protocol: number, packet: Uint8Array): void {
    const header = ppp.encode({
      framed: protocol === PppProtocol.lcp || !this.lcp.agreed.acfc,
      compressed: false,
      protocol,
    });
    const echo = protocol === PppProtocol.lcp &&
      (packet[0] === ControlCode.echoRequest || packet[0] === ControlCode.echoReply);
    this.#host.send(header, packet, echo);
  }

  #linkUp(now: number): void {
    this.#host.linkUp(this.lcp.agreed.accm, now);
    const { demanded } = this.lcp;
    if (this.lcp.refusedAuthentication) return this.#fail("authentication failed", now);
    if (this.#config.echo > 0) this.#host.timers.set(this.#echo, now + this.#config.echo);
    this.#authentication.start(this.lcp.agreed.authentication, demanded, now);
  }

  #linkDown(now: number): void {
    this.#authentication.reset();
    this.#host.timers.stop(this.#echo);
    for (const { negotiation } of this.#networks) negotiation.event("down", now);
    this.#reason = "terminated";
  }

  /** Enters the network phase once both sides are satisfied. */
  #network(now: number): void {
    if (!this.#authentication.complete) return;
    for (const { negotiation } of this.#networks) {
      negotiation.event("open", now);
      negotiation.event("up", now);
    }
  }

  #fail(reason: PppEnd, now: number): void {
    this.#link.event("close", now);
    this.#reason = reason;
  }

  #control(protocol: number, bytes: Uint8Array, start: number, end: number, now: number): void {
    const network = this.#networks.find((n) => n.protocol === protocol);
    // Nothing may pass before the peer has proved who it is.
    if (!this.#authentication.complete) return;
    if (network !== undefined) return network.negotiation.receive(bytes, start, end, now);
    const data = new Uint8Array(2 + end - start);
    data.set([protocol >> 8, protocol]);
    data.set(bytes.subarray(start, end), 2);
    // A rejection must fit the peer's receive unit, and is never worth more than some octets.
    this.#link.packet(ControlCode.protocolReject, data.slice(0, 64));
  }

  #protocolRejected(protocol: number, now: number): void {
    for (const network of this.#networks) {
      if (network.protocol === protocol) network.negotiation.event("rxj_bad", now);
    }
  }

  #echoDue(now: number): void {
    if (++this.#unanswered > this.#config.echoFailures) {
      this.#stop();
      return this.#end("echo lost", now);
    }
    const magic = new Uint8Array(4);
    new DataView(magic.buffer).setUint32(0, this.lcp.magic);
    this.#link.packet(ControlCode.echoRequest, magic);
    this.#host.timers.set(this.#echo, now + this.#config.echo);
  }

  #stop(): void {
    this.#authentication.stop();
    this.#host.timers.stop(this.#echo);
    this.#link.stop();
    for (const { negotiation } of this.#networks) negotiation.stop();
  }

  #end(reason: PppEnd, now: number): void {
    if (this.#over) return;
    this.#over = true;
    for (const { negotiation } of this.#networks) negotiation.event("down", now);
    this.#stop();
    this.#host.ended(reason, now);
  }
}
