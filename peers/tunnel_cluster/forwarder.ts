/** Takes requests for the master address and hands each to one endpoint (L98-L111). */
import { parseAddress } from "../../captures/wire/address.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { ATTRIBUTES } from "../../captures/wire/l2tp_attributes.ts";
import { L2tpView } from "../../captures/view/l2tp.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { viewOf } from "../../captures/wire/octets.ts";
import { L2TP_PORT } from "../../captures/wire/udp_port.ts";
import type { TraceSink } from "../machine.ts";
import type { ForwardingConfig } from "./config.ts";
import { hashOfOctets, type Member, type Registry } from "./registry.ts";
import { requestType } from "./request.ts";
import type { MasterRules, Request } from "./rules.ts";
import { Selector } from "./selection.ts";

const { hostName: HOST_NAME } = ATTRIBUTES;
/** Fragments that are kept at most, as a flood of them must not fill memory. */
const FRAGMENTS_KEPT = 1024;
const FRAGMENTS_LIVE = 30_000;

/** A choice that is kept for a request that may come again. */
interface Choice {
  member: number;
  until: number;
}

/** Forwards requests; both the master and an endpoint that took over have one. */
export class Forwarder {
  readonly #config: ForwardingConfig;
  readonly #rules: MasterRules;
  readonly #registry: Registry;
  readonly #trace: TraceSink;
  readonly #send: (datagram: Uint8Array) => void;
  readonly #selector: Selector;
  readonly #silence: number;
  readonly #walker = new HeaderWalker();
  readonly #l2tp = new L2tpView();
  readonly #sticky = new Map<string, Choice>();
  readonly #fragments = new Map<string, Choice>();
  readonly #served = new Set<string>();

  constructor(
    config: ForwardingConfig & { silence: number },
    rules: MasterRules,
    registry: Registry,
    trace: TraceSink,
    send: (datagram: Uint8Array) => void,
  ) {
    this.#config = config;
    this.#rules = rules;
    this.#registry = registry;
    this.#trace = trace;
    this.#send = send;
    this.#silence = config.silence;
    this.#selector = new Selector(config, rules);
  }

  /** Takes one IP datagram. Never throws on any octets. */
  datagram(datagram: Uint8Array, now: number) {
    const w = this.#walker;
    if (!w.walkIp(datagram, viewOf(datagram), 0, datagram.length) || w.l4 < 0) {
      return this.#trace("discarded", { reason: "no IP datagram" });
    }
    const destination = w.destination(datagram), address = w.source(datagram);
    if (!this.#rules.isForMaster(destination, this.#config.masterAddress)) {
      return this.#trace("discarded", { reason: "another destination", destination });
    }
    if (w.protocol !== IP_PROTOCOL.UDP) {
      return this.#trace("discarded", { reason: "no UDP", address });
    }
    const fragment = w.isFragment
      ? this.#rules.fragmentKey(address, w.identification(datagram))
      : undefined;
    if (w.fragmentOffset > 0) return this.#laterFragment(datagram, fragment!, now);
    if (w.udpPayload < 0 || w.destinationPort !== L2TP_PORT) {
      return this.#trace("discarded", { reason: "another port", address });
    }
    const l2tp = this.#l2tp, read = l2tp.at(datagram, w.udpPayload, w.end);
    const type = read ? requestType(l2tp, !w.moreFragments) : -1;
    const tunnelId = type < 0 ? 0 : l2tp.tunnelId;
    if (!this.#rules.forwards(type, tunnelId)) {
      return this.#trace("discarded", { reason: "no request", address, type });
    }
    this.#request(datagram, this.#read(datagram, address), fragment, now);
  }

  /** What is known of a request. */
  #read(datagram: Uint8Array, address: string): Request {
    const w = this.#walker, { assignedTunnelId: tunnelId } = this.#l2tp;
    const hostName = this.#l2tp.octetsOf(HOST_NAME.type);
    return {
      ...{ address, port: w.sourcePort, source: `${address}:${w.sourcePort}`, tunnelId },
      digest: tunnelId < 0 ? hashOfOctets(datagram.subarray(w.udpPayload, w.end)) : 0,
      hostName: hostName === undefined ? "" : new TextDecoder().decode(hostName),
    };
  }

  /** The endpoints that may get a request now. */
  candidates(now: number): Member[] {
    const { inService, takesTunnels } = this.#rules;
    return this.#registry.all().filter((m) => inService(m, now, this.#silence) && takesTunnels(m));
  }

  #request(
    datagram: Uint8Array,
    request: Request,
    fragment: string | undefined,
    now: number,
  ) {
    const { serves, stickyKey, inService, recipients } = this.#rules;
    const newcomer = !this.#served.has(request.source);
    if (!serves(request, this.#served.size - (newcomer ? 0 : 1))) {
      return this.#trace("discarded", { reason: "not served", source: request.source });
    }
    const key = stickyKey(request);
    const kept = this.#sticky.get(key);
    const before = kept !== undefined && kept.until >= now
      ? this.#registry.get(kept.member)
      : undefined;
    const again = before !== undefined && inService(before, now, this.#silence);
    const member = again ? before : this.#selector.select(this.candidates(now), request, now);
    if (member === undefined) {
      return this.#trace("discarded", { reason: "no endpoint", source: request.source });
    }
    const { sticky, remembered } = this.#config;
    if (newcomer && this.#served.size < remembered) this.#served.add(request.source);
    if (!again) member.forwarded++;
    remember(this.#sticky, key, { member: member.member, until: now + sticky }, remembered);
    if (fragment !== undefined) {
      const until = now + FRAGMENTS_LIVE;
      remember(this.#fragments, fragment, { member: member.member, until }, FRAGMENTS_KEPT);
    }
    const { source, tunnelId } = request;
    this.#trace("forwarded", { member: member.member, source, tunnel: tunnelId, again });
    for (const recipient of recipients(member, this.#registry.all())) {
      this.#to(recipient, datagram);
    }
  }

  /** A later fragment follows the first; one that comes before it is lost, and sent again (RFC 2661). */
  #laterFragment(datagram: Uint8Array, key: string, now: number) {
    const choice = this.#fragments.get(key);
    const member = choice !== undefined && choice.until >= now
      ? this.#registry.get(choice.member)
      : undefined;
    if (member === undefined) return this.#trace("discarded", { reason: "stray fragment" });
    this.#to(member, datagram);
  }

  #to(member: Member, datagram: Uint8Array) {
    const address = parseAddress(member.localAddress);
    if (address.length !== (this.#walker.ipVersion === 4 ? 4 : 16)) {
      return this.#trace("discarded", { reason: "other IP version", member: member.member });
    }
    this.#send(this.#rules.forwarded(datagram, this.#walker, address));
  }
}

/** Keeps an entry as the youngest, and no more than `limit` of them. */
function remember(table: Map<string, Choice>, key: string, choice: Choice, limit: number) {
  table.delete(key);
  if (table.size >= limit) table.delete(table.keys().next().value!);
  table.set(key, choice);
}
