/**
 * The sender of one aggregated tunnel: session, core, seal, split, tunnel (steps 701 to 705 and 901
 * to 905).
 */
import {
  type DataPacket,
  encode,
  IdentityKind,
  PacketType,
  pieceStart,
  Placement,
  SEAL_LENGTH,
  VERSION,
} from "../../captures/wire/core_identity.ts";
import type { ProcessorInformation } from "../../captures/wire/core_identity_information.ts";
import type { Association } from "./association.ts";
import { waitsForIdentity } from "./aggregate_identity.ts";
import type { AssociationHost } from "./association_host.ts";
import { reportsCores, tellsCores } from "./config.ts";
import { packetIdentity } from "./packet_identity.ts";
import { directionOf, sealDatagram, sealPacket } from "./protection.ts";
import type { Seal } from "./seal.ts";
import { type Classification, classify } from "./session.ts";
import { SessionIds } from "./session_ids.ts";
import type { SenderSession, SessionTable } from "./session_table.ts";
import type { Tunnel } from "./tunnel.ts";

const PARTLY_CLEAR = 28;

/** Sends the datagrams that are routed to one peer. */
export class Sender {
  readonly #host: AssociationHost;
  readonly #association: Association;
  readonly #table: SessionTable;
  readonly #seal: Seal | undefined;
  readonly #direction: number;
  /** Datagrams that wait for the aggregate to come up. */
  readonly #queue: Uint8Array[] = [];
  readonly #ids: SessionIds;
  /** Whether headers are encrypted, and whether packets are sealed as a whole. */
  readonly #encrypts: boolean;
  readonly #seals: boolean;
  #globalSequence: number;
  #datagramNumber: number;
  /** Datagrams from the LAN so far. */
  #taken = 0;
  #packets = 0;

  constructor(
    host: AssociationHost,
    association: Association,
    table: SessionTable,
    seal: Seal | undefined,
  ) {
    this.#host = host;
    this.#association = association;
    this.#table = table;
    this.#seal = seal;
    this.#ids = new SessionIds(host, table);
    this.#globalSequence = host.rules.firstGlobalSequence;
    this.#datagramNumber = host.rules.firstDatagramNumber;
    const { headerEncrypted, authenticated } = host.config;
    this.#encrypts = host.rules.encryptsHeader(headerEncrypted);
    this.#seals = seal !== undefined &&
      (this.#encrypts || headerEncrypted === true || host.rules.authenticates(authenticated));
    this.#direction = directionOf(host.config.initiate);
  }

  /** Whether core identities travel, and not session-IDs. */
  get #tellsCores(): boolean {
    return tellsCores(this.#host.config);
  }

  /** Whether all packets of the aggregate carry the identity that the peer gave for it (FIG. 5). */
  get #isOneForAll(): boolean {
    return this.#host.config.class === "F5";
  }

  /** Takes one datagram from the LAN side. */
  datagram(datagram: Uint8Array, now: number) {
    if (!this.#ready()) {
      if (this.#queue.length < this.#host.rules.queueLimit) this.#queue.push(datagram.slice());
      else this.#host.environment.trace("queue_full", { peer: this.#association.peer.name });
      return;
    }
    this.#carry(datagram, now);
  }

  /** Sends what had to wait, once it need not wait any longer. */
  release(now: number) {
    if (this.#queue.length === 0 || !this.#ready()) return;
    for (const datagram of this.#queue.splice(0)) this.#carry(datagram, now);
  }

  #carry(datagram: Uint8Array, now: number) {
    for (const one of this.#host.rules.carries(datagram, this.#taken++)) this.#emit(one, now);
  }

  /** Removes sessions that were idle for too long; returns when the next may expire. */
  forget(now: number): number {
    const limit = this.#host.config.senderIdle;
    let next = Infinity;
    for (const session of this.#table.sessions.values()) {
      if (session.used + limit > now) next = Math.min(next, session.used + limit);
      else this.#drop(session);
    }
    return next;
  }

  #drop(session: SenderSession) {
    this.#table.sessions.delete(session.key);
    this.#table.identities.delete(session.identity);
  }

  #ready(): boolean {
    const { information, readiness, aggregateIdentity } = this.#association;
    const { rules } = this.#host, tunnels = rules.isReady(readiness) ? readiness.up : 0;
    const lacksIdentity = aggregateIdentity === undefined && waitsForIdentity(this.#host);
    if (this.#isOneForAll) return tunnels > 0 && !lacksIdentity;
    if (reportsCores(this.#host.config)) return tunnels > 0;
    return this.#tellsCores ? rules.mayLeave(information, tunnels) : tunnels > 0;
  }

  #emit(arrived: Uint8Array, now: number) {
    const { config, rules } = this.#host;
    const datagram = rules.takenIn(arrived);
    const c = classify(datagram);
    const number = this.#datagramNumber++ >>> 0;
    const key = rules.sessionKey(c, config.criteria, number);
    const session = this.#session(key, c, now);
    const identity = packetIdentity(this.#host, this.#association, session, c, number, this.#ids);
    const { payload: closed, clearLength, sealed } = this.#close(datagram, number, identity ?? 0n);
    const payload = rules.encapsulated(closed, number);
    const pieces = this.#pieces(payload);
    for (const index of rules.pieceOrder(pieces.length)) {
      const piece = pieces[index];
      this.#packet(this.#tunnel(key, number), {
        clearLength,
        sealed,
        datagramNumber: number,
        pieceOffset: piece.byteOffset - payload.byteOffset,
        datagramLength: payload.length,
        piece,
      }, identity === undefined ? undefined : rules.identityOfPiece(identity, index, number));
    }
  }

  /** What goes into the packets of one datagram; there is always one. */
  #pieces(payload: Uint8Array): Uint8Array[] {
    const room = this.#host.rules.pieceOctets(this.#pieceRoom(), payload.length);
    if (payload.length <= room) return [payload];
    const pieces = [];
    for (let at = 0; at < payload.length; at += room) pieces.push(payload.subarray(at, at + room));
    return pieces;
  }

  #session(key: string, c: Classification, now: number): SenderSession {
    const { rules, environment } = this.#host;
    const table = this.#table;
    const known = table.sessions.get(key);
    const version = this.#association.information?.version ?? -1;
    if (
      known !== undefined &&
      rules.keepsSession(
        table.count - known.born,
        known.version !== version,
        !this.#tellsCores || this.#isOffered(known.identity),
      )
    ) {
      known.used = now;
      return known;
    }
    const identity = this.#tellsCores ? this.#coreIdentity(key, c) : this.#ids.next(key);
    const session = { key, identity, used: now, born: ++table.count, version };
    table.sessions.set(key, session);
    table.identities.add(identity);
    environment.trace("session_new", {
      role: "sender",
      peer: this.#association.peer.name,
      session: key,
      identity: identity.toString(16),
    });
    return session;
  }

  #isOffered(identity: bigint): boolean {
    return this.#association.information?.identities.includes(identity) ?? true;
  }

  #coreIdentity(key: string, datagram: Classification): bigint {
    if (this.#isOneForAll) return this.#association.aggregateIdentity ?? 0n;
    if (reportsCores(this.#host.config)) return 0n;
    const { config, rules, environment } = this.#host;
    const information: ProcessorInformation | undefined = rules.informationUsed(
      this.#association.information,
      this.#host.information(),
    );
    if (information === undefined) return 0n;
    const { identities } = information, used = rules.coresUsed(config.coreLimit, identities.length);
    const position = rules.selectCore({ ...information, identities: identities.slice(0, used) }, {
      policy: config.selection,
      count: this.#table.count,
      sessionKey: key,
      datagram,
      random: environment.random,
    });
    return information.identities[position] ?? BigInt(position);
  }

  /** Encrypts the datagram as far as the configured cover asks. */
  #close(datagram: Uint8Array, number: number, identity: bigint) {
    const { config, rules } = this.#host, cover = rules.cover(config.cover);
    if (cover === "none" || this.#seal === undefined) {
      return { payload: datagram, clearLength: 0, sealed: false };
    }
    const left = cover === "whole" ? 0 : Math.min(PARTLY_CLEAR, datagram.length);
    const clearLength = rules.clearOctets(left, datagram.length);
    const { aggregateId } = this.#association.peer;
    const bound = { aggregateId, number, identity };
    const payload = sealDatagram(datagram, clearLength, bound, this.#seal, this.#direction);
    return { payload, clearLength, sealed: true };
  }

  /** Octets of a datagram that fit one packet, the larger outer header of the two taken. */
  #pieceRoom(): number {
    const { config } = this.#host;
    const v6 = config.wan.some((w) => w.address.includes(":"));
    const outer = (v6 ? 40 : 20) + 8 + pieceStart(this.#kind, this.#placement);
    const trailer = this.#seals ? SEAL_LENGTH : 0;
    return Math.min(config.mtu, config.pathMtu ?? config.mtu) - outer - trailer;
  }

  get #kind(): number {
    if (this.#host.config.class === "F8") return IdentityKind.none;
    return this.#tellsCores ? IdentityKind.core : IdentityKind.session;
  }

  get #placement(): number {
    return Placement[this.#host.rules.placement(this.#host.config.placement)];
  }

  #tunnel(sessionKey: string, datagramNumber: number): Tunnel {
    const { config, rules } = this.#host;
    const up = this.#association.usable();
    const usable = up.length > 0 ? up : [...this.#association.tunnels.values()];
    const id = rules.selectTunnel(usable, config.tunnelSelection, {
      packets: this.#packets++,
      sessionKey,
      datagramNumber,
      pinned: config.pinnedTunnel,
      random: this.#host.environment.random,
    });
    return usable.find((t) => t.id === id) ?? usable[0];
  }

  #packet(
    tunnel: Tunnel,
    part: Pick<
      DataPacket,
      "clearLength" | "sealed" | "datagramNumber" | "pieceOffset" | "datagramLength" | "piece"
    >,
    identity: bigint | undefined,
  ) {
    const { config, rules } = this.#host;
    const tunnelSequence = rules.tunnelSequence(tunnel.nextSequence);
    tunnel.nextSequence = (tunnelSequence + 1) >>> 0;
    const packet: DataPacket = {
      version: VERSION,
      type: PacketType.data,
      kind: identity === undefined ? IdentityKind.none : this.#kind || IdentityKind.core,
      placement: this.#placement,
      headerEncrypted: false,
      authenticated: false,
      reserved: 0,
      aggregateId: this.#association.peer.aggregateId,
      tunnelId: tunnel.id,
      tunnelSequence,
      globalSequence: rules.globalSequence(this.#globalSequence++, tunnelSequence) >>> 0,
      ...part,
    };
    if (identity !== undefined) {
      const masked = rules.masksIdentity(config.identityEncrypted) && this.#seal !== undefined
        ? identity ^ this.#seal.mask(this.#direction, tunnel.id, tunnelSequence)
        : identity;
      packet.identity = rules.clearIdentity(
        masked,
        config.headerEncrypted === true,
        packet.globalSequence,
      );
    }
    tunnel.sent += part.piece.length;
    const bytes = this.#seals && this.#seal !== undefined
      ? sealPacket(packet, this.#encrypts, this.#seal, this.#direction)
      : encode(packet);
    this.#host.send({ port: tunnel.port, packet: bytes, to: tunnel.remote });
  }
}
