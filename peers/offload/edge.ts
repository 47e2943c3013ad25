/**
 * An edge between virtual networks and the substrate network (source 002, L58 to L66, L84):
 *
 * ```
 * tenant0 --\                                                     /-- cloud
 * tenant1 ----> who sends, whose host -> outer IP | opaque | datagram -->
 *         <---- who is named          <- opaque, inner destination    <--
 * ```
 *
 * Ports carry whole Ethernet frames. Datagrams of tenants are carried octet for octet: no TTL, no
 * checksum, no ECN of theirs is written (where RFC 6040 would mark the inner header, the mark stays on
 * the outer one). What it does not know it refuses, and says so in the trace; it answers no ARP and no
 * Neighbor Discovery, as its neighbours are told its MAC addresses. Pure: see `Machine`.
 */
import { HeaderWalker } from "../../captures/walk.ts";
import { ethernetFrame, ipDatagram } from "../../captures/wire/build.ts";
import { buildOpaque } from "../../captures/wire/build_opaque.ts";
import { get16, hex, put16, put32, viewOf } from "../../captures/wire/octets.ts";
import { parseAddress } from "../../captures/wire/address.ts";
import {
  ADJUSTED,
  isOpaqueFormat,
  OPAQUE_FORMATS,
  type OpaqueFormat,
  opaqueLength,
  opaqueVersion,
} from "../../captures/wire/opaque.ts";
import type { Machine, PeerEnvironment, Transmission } from "../machine.ts";
import { Queue } from "../net/queue.ts";
import {
  type EdgeConfig,
  type EdgeMember,
  type EdgeRemote,
  type EdgeTenant,
  parseEdgeConfig,
} from "./edge_config.ts";
import {
  type Attached,
  DECAPSULATOR_RULES,
  type DecapsulatorRules,
  ENCAPSULATOR_RULES,
  type EncapsulatorRules,
} from "./edge_rules.ts";
import * as ip from "./ip_fields.ts";
import { datagramStart } from "./link_header.ts";
import { OPAQUE_CONTENTS } from "./opaque_contents.ts";
import { adjusts, greChecksum, isOpaqueRight, udpChecksum } from "./opaque_sums.ts";
import type { OffloadOverrides } from "./overrides.ts";
import { isHeaderSumRight } from "./sums.ts";

const LARGEST_DATAGRAM = 65_535;

/** A machine of ours and one elsewhere, and how many datagrams went between them. */
interface Stream {
  count: number;
}

/** The reference encapsulator and decapsulator. */
export class EdgeMachine implements Machine {
  readonly #config: EdgeConfig;
  readonly #encapsulator: EncapsulatorRules;
  readonly #decapsulator: DecapsulatorRules;
  readonly #environment: PeerEnvironment;
  readonly #format: OpaqueFormat;
  readonly #own: Uint8Array;
  readonly #walker = new HeaderWalker();
  readonly #out = new Queue<Transmission>();
  readonly #tenants = new Map<string, EdgeTenant>();
  /** Members by port and address, remotes by network and address, receivers by address: in hexadecimal. */
  readonly #senders = new Map<string, EdgeMember>();
  readonly #remotes = new Map<string, EdgeRemote>();
  readonly #receivers = new Map<string, Attached[]>();
  readonly #streams = new Map<string, Stream>();

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment, overrides: OffloadOverrides = {}) {
    this.#encapsulator = { ...ENCAPSULATOR_RULES, ...overrides.encapsulator };
    this.#decapsulator = { ...DECAPSULATOR_RULES, ...overrides.decapsulator };
    this.#config = this.#encapsulator.configured(parseEdgeConfig(config));
    this.#environment = environment;
    this.#format = OPAQUE_FORMATS[this.#config.format];
    this.#own = parseAddress(this.#config.cloud.address);
    const octetsOf = (address: string) => hex(parseAddress(address));
    for (const tenant of this.#config.tenants) {
      this.#tenants.set(tenant.port, tenant);
      for (const member of tenant.members) {
        const address = octetsOf(member.address);
        this.#senders.set(`${tenant.port} ${address}`, member);
        const known = this.#receivers.get(address) ?? [];
        this.#receivers.set(address, [...known, { tenant, member }]);
      }
    }
    for (const remote of this.#config.remotes) {
      this.#remotes.set(`${remote.network} ${octetsOf(remote.address)}`, remote);
    }
  }

  receive(port: string, packet: Uint8Array, _now: number): void {
    const start = datagramStart(packet, 0, packet.length), view = viewOf(packet);
    const w = this.#walker;
    if (start < 0 || !w.walkIp(packet, view, start, packet.length) || w.l3 < 0) {
      return this.#refuse(port, "no_datagram");
    }
    const octets = totalOctets(packet, start);
    if (start + octets > packet.length || w.end !== start + octets) {
      return this.#refuse(port, "length");
    }
    const tenant = this.#tenants.get(port);
    if (tenant !== undefined) this.#encapsulate(tenant, packet.slice(start, w.end));
    else this.#decapsulate(packet, view, start);
  }

  transmit(_now: number): Transmission | undefined {
    return this.#out.shift();
  }

  deadline(): number {
    return this.#out.length > 0 ? 0 : Infinity;
  }

  #refuse(port: string, reason: string): void {
    this.#environment.trace("refused", { port, reason });
  }

  #encapsulate(tenant: EdgeTenant, arrived: Uint8Array): void {
    const rules = this.#encapsulator, w = this.#walker, { port, network } = tenant;
    if (!w.walkIp(arrived, viewOf(arrived), 0, arrived.length)) return this.#refuse(port, "length");
    if (!rules.fits(arrived.length, this.#config.mtu)) return this.#refuse(port, "octets");
    const source = w.sourceStart, destination = w.destinationStart, { addressLength } = w;
    const from = hex(arrived, source, source + addressLength);
    const to = hex(arrived, destination, destination + addressLength);
    const sender = rules.senderOf(this.#senders.get(`${port} ${from}`), tenant);
    if (sender === undefined) return this.#refuse(port, "source");
    const mapped = this.#remotes.get(`${network} ${to}`);
    const remote = rules.mappingFor(mapped, this.#config.remotes);
    if (remote === undefined) return this.#refuse(port, "destination");
    const stream = this.#stream(`${network} ${from} ${to}`);
    const hash = streamHash(arrived, w);
    const { format } = this.#config, pair = { network, sourceSlot: sender.slot };
    const family = arrived[0] >> 4 === 4 ? 4 : 6;
    const values = rules.opaqueValues({
      ...OPAQUE_CONTENTS[format].values({ ...pair, targetSlot: remote.slot }),
      ...{ family, sourcePort: rules.sourcePort(hash) },
    });
    const opaque = rules.opaque(buildOpaque(format, values), stream.count).slice();
    const announced = opaqueVersion(this.#format, opaque, 0, opaque.length);
    if (announced !== 0 && announced !== family) return this.#refuse(port, "version");
    const inner = rules.inner(arrived);
    if (opaque.length + inner.length + 40 > LARGEST_DATAGRAM) return this.#refuse(port, "octets");
    const datagram = this.#datagram(remote, opaque, inner, stream.count++);
    const { cloud } = this.#config;
    const frame = ethernetFrame({ destination: remote.mac, source: cloud.mac, payload: datagram });
    for (const packet of rules.leaves(frame)) this.#out.push({ port: "cloud", packet });
  }

  /** The streams between two machines count their datagrams together. */
  #stream(key: string): Stream {
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const stream = { count: 0 };
    this.#streams.set(key, stream);
    return stream;
  }

  /** The outer datagram, with what its format has adjusted. */
  #datagram(remote: EdgeRemote, opaque: Uint8Array, inner: Uint8Array, count: number): Uint8Array {
    const rules = this.#encapsulator, format = this.#format;
    if (format.protocol === OPAQUE_FORMATS.vxlan.protocol) {
      const octets = rules.udpLength(opaque.length + inner.length);
      put16(opaque, ADJUSTED.udp_length.offset, octets);
    }
    if (adjusts(format, "gre_sequence")) put32(opaque, ADJUSTED.gre_sequence.offset, count);
    const payload = concatenated(rules.arranged(opaque, inner));
    const header = rules.outerHeader({
      ...{ source: this.#config.cloud.address, destination: remote.outer, ttl: 64 },
      ...{ dscp: ip.dscp(inner, 0), ecn: ip.ecn(inner, 0), identification: count & 0xffff },
      dontFragment: ip.dontFragment(inner, 0),
    });
    const protocol = rules.protocol(format.protocol);
    const bytes = ipDatagram({ ...header, protocol, payload });
    const start = bytes.length - payload.length, end = bytes.length;
    const parts = { bytes, view: viewOf(bytes), outer: 0, opaque: start, payload: end, end };
    if (adjusts(format, "gre_checksum")) {
      put16(bytes, start + ADJUSTED.gre_checksum.offset, greChecksum(parts, 0));
    }
    if (this.#config.udpChecksums && adjusts(format, "udp_checksum")) {
      put16(bytes, start + ADJUSTED.udp_checksum.offset, udpChecksum(parts, 0));
    }
    return bytes;
  }

  #decapsulate(packet: Uint8Array, view: DataView, outer: number): void {
    const rules = this.#decapsulator, w = this.#walker, format = this.#format;
    const { l4: opaque, end, protocol } = w, refuse = (why: string) => this.#refuse("cloud", why);
    if (!rules.isMine(w.isTo(packet, this.#own))) return refuse("address");
    if (w.isFragment) return refuse("fragment");
    if (opaque < 0 || !isOpaqueFormat(format, protocol, packet, opaque, end)) {
      return refuse("format");
    }
    const octets = opaqueLength(format, packet, opaque, end), inner = opaque + octets;
    if (octets < 0 || inner >= end) return refuse("opaque");
    const version = opaqueVersion(format, packet, opaque, octets), found = packet[inner] >> 4;
    if (found !== 4 && found !== 6 || version !== 0 && version !== found) return refuse("version");
    const parts = { bytes: packet, view, outer, opaque, payload: end, end };
    const right = isHeaderSumRight(packet, view, outer) && isOpaqueRight(parts, format, 0);
    if (!rules.takesChecksum(right)) return refuse("checksum");
    if (!w.walkIp(packet, view, inner, end) || totalOctets(packet, inner) !== end - inner) {
      return refuse("length");
    }
    const { destinationStart, addressLength } = w;
    const address = hex(packet, destinationStart, destinationStart + addressLength);
    const named = OPAQUE_CONTENTS[this.#config.format].named(packet, opaque);
    const receiver = rules.receiverOf(named, this.#receivers.get(address) ?? []);
    if (receiver === undefined) return refuse("receiver");
    const start = rules.innerStart(inner, opaque, outer);
    const payload = rules.inner(packet.slice(start, end));
    const { tenant, member } = receiver;
    const frame = ethernetFrame({ destination: member.mac, source: tenant.mac, payload });
    for (const each of rules.arrives(frame)) this.#out.push({ port: tenant.port, packet: each });
  }
}

/** Octets of a datagram as its header tells them. */
function totalOctets(bytes: Uint8Array, at: number): number {
  return bytes[at] >> 4 === 4 ? get16(bytes, at + 2) : 40 + get16(bytes, at + 4);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same for all packets of a stream: addresses, protocol and, where every packet has them, ports. */
function streamHash(bytes: Uint8Array, w: HeaderWalker): number {
  let hash = 0x811c9dc5;
  const add = (octet: number) => hash = Math.imul(hash ^ octet, 0x01000193);
  for (let i = 0; i < 2 * w.addressLength; i++) add(bytes[w.sourceStart + i]);
  add(w.protocol);
  if (w.sourcePort >= 0 && !w.isFragment) {
    for (const port of [w.sourcePort, w.destinationPort]) {
      add(port >> 8);
      add(port & 255);
    }
  }
  return hash >>> 0;
}
