/** The sessions of one direction: which identity and which tunnels the packets of each took. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import type { Bound, Budget } from "../../kit/bounds.ts";
import { identityText } from "./identity_text.ts";
import { TupleTable } from "./tuples.ts";
import type { WanPacket } from "./wan_packet.ts";
import type { WanSession } from "./wan_types.ts";

/** Other identities of a session that are kept apart; packets with more of them are counted. */
const SHOWN = 8;

/** What most sessions have of them. */
const NONE: WanSession["changes"] = [];

/** Tunnels whose packets are counted for each session. */
const TUNNELS = 64;

/**
 * What is counted of a session while packets pass: eight numbers in a row, which is one line of a
 * processor's cache. The facts get it at the end. PEER is the index of the device, and the aggregate.
 */
const PACKETS = 0, FIRST_GLOBAL = 1, LAST = 2, FIRST = 3, HIGH = 4, LOW = 5, PEER = 6, UNTAGGED = 7;
const COUNTED = 8;
/** What separates the two parts of PEER. */
const AGGREGATES = 65_536;

/** Collects the sessions of one direction, without an object per packet. */
export class Sessions {
  /** Complete after `settle`. */
  readonly list: WanSession[] = [];
  readonly #tuples: TupleTable;
  readonly #paths: Budget;
  #counted = new Float64Array(COUNTED * 64);
  /** Packets of each session by tunnel: `#stride` numbers for each. */
  #tunnels = new Uint32Array(64 * 8);
  #stride = 8;

  /**
   * @param bound Limit of sessions.
   * @param paths Limit of pairs of a session and one of its tunnels.
   */
  constructor(bound: Bound, paths: Budget) {
    this.#paths = paths;
    this.#tuples = new TupleTable(bound);
  }

  /**
   * The number of the session of the inner datagram that was walked; -1 when there are too many.
   * @param bytes Where that datagram lies.
   */
  find(packet: WanPacket, bytes: Uint8Array): number {
    const session = this.#tuples.index(bytes, packet.inner);
    if (session === this.list.length) this.#begin(session, packet);
    return session;
  }

  /**
   * Accounts for a packet of a session.
   * @param tunnel Position of its tunnel among those of the direction.
   */
  account(session: number, packet: WanPacket, tunnel: number): void {
    const { data, time } = packet;
    const counted = this.#counted, at = session * COUNTED;
    const isFirst = counted[at + PACKETS]++ === 0;
    counted[at + PEER] = (packet.to + 1) * AGGREGATES + data.aggregateId;
    const { globalSequence } = data;
    // The numbers wrap, and may begin anywhere: RFC 1982 tells which of two comes first.
    if (isFirst || (globalSequence - counted[at + FIRST_GLOBAL] | 0) < 0) {
      counted[at + FIRST_GLOBAL] = globalSequence;
    }
    if (tunnel < this.#stride) {
      const path = session * this.#stride + tunnel;
      if (this.#tunnels[path] > 0 || this.#paths.take()) this.#tunnels[path]++;
    } else if (tunnel < TUNNELS) this.#widen(session, tunnel);
    if (data.kind === IdentityKind.none) {
      counted[at + UNTAGGED]++;
      const facts = this.list[session];
      if (counted[at + UNTAGGED] === 1) facts.firstUntagged = packet.ref();
      facts.lastUntaggedTime = Math.max(facts.lastUntaggedTime ?? time, time);
      const before = facts.firstUntaggedGlobal ?? globalSequence;
      facts.firstUntaggedGlobal = (globalSequence - before | 0) < 0 ? globalSequence : before;
      return;
    }
    const { identityHigh: high, identityLow: low } = packet;
    if (counted[at + HIGH] === high && counted[at + LOW] === low) {
      if (time > counted[at + LAST]) counted[at + LAST] = time;
      // Taps are read one after the other: the earliest packet says what the first identity was.
      if (time < counted[at + FIRST]) {
        counted[at + FIRST] = time;
        this.list[session].first = packet.ref();
      }
    } else if (counted[at + HIGH] < 0) {
      counted[at + HIGH] = high;
      counted[at + LOW] = low;
      counted[at + FIRST] = counted[at + LAST] = time;
      this.list[session].first = packet.ref();
    } else this.#deviate(this.list[session], identityText(high, low), packet);
  }

  /**
   * Fills the facts in from what was counted, and forgets that; call it once, after the last packet.
   * @param tunnelKeys Keys of the tunnels by position.
   * @param names Names of the devices by index.
   */
  settle(tunnelKeys: readonly number[], names: readonly string[]): void {
    const counted = this.#counted;
    for (const [i, session] of this.list.entries()) {
      const at = i * COUNTED;
      session.packets = counted[at + PACKETS];
      session.untagged = counted[at + UNTAGGED];
      session.firstGlobal = counted[at + FIRST_GLOBAL];
      session.firstTime = counted[at + FIRST];
      session.lastTime = counted[at + LAST];
      session.to = names[Math.floor(counted[at + PEER] / AGGREGATES) - 1] ?? "";
      session.aggregate = counted[at + PEER] % AGGREGATES;
      const high = counted[at + HIGH];
      if (high >= 0) session.identity = identityText(high, counted[at + LOW]);
      for (let tunnel = 0; tunnel < this.#stride; tunnel++) {
        const packets = this.#tunnels[i * this.#stride + tunnel];
        if (packets > 0) session.tunnels.set(tunnelKeys[tunnel], packets);
      }
    }
    this.#counted = new Float64Array(0);
    this.#tunnels = new Uint32Array(0);
  }

  #deviate(session: WanSession, identity: string, packet: WanPacket) {
    session.changed++;
    const { time } = packet;
    const known = session.changes.find((change) => change.identity === identity);
    if (known !== undefined) {
      known.from = Math.min(known.from, time);
      known.to = Math.max(known.to, time);
    } else if (session.changes.length < SHOWN) {
      if (session.changes === NONE) session.changes = [];
      session.changes.push({ identity, frame: packet.ref(), from: time, to: time });
    }
  }

  #begin(session: number, packet: WanPacket) {
    const tuples = this.#tuples, { time } = packet;
    this.list.push({
      ...{ flow: tuples.text(session), protocol: tuples.protocol(session) },
      ...{ dscp: tuples.dscp(session), hasPorts: tuples.hasPorts(session), to: "", aggregate: 0 },
      ...{ identity: "", changes: NONE, changed: 0, untagged: 0, packets: 0, tunnels: new Map() },
      ...{ first: packet.ref(), firstGlobal: 0, firstTime: time, lastTime: time },
    });
    const at = session * COUNTED;
    if (at === this.#counted.length) {
      const larger = new Float64Array(at * 2);
      larger.set(this.#counted);
      this.#counted = larger;
    }
    if ((session + 1) * this.#stride > this.#tunnels.length) {
      const larger = new Uint32Array(this.#tunnels.length * 2);
      larger.set(this.#tunnels);
      this.#tunnels = larger;
    }
    this.#counted.set([0, 0, time, time, -1, -1, 0, 0], at);
  }

  /** Makes room for more tunnels, and counts a packet of the one that had none. */
  #widen(session: number, tunnel: number) {
    const before = this.#stride, sessions = Math.floor(this.#tunnels.length / before);
    while (this.#stride <= tunnel) this.#stride *= 2;
    const wider = new Uint32Array(sessions * this.#stride);
    for (let i = 0; i < sessions; i++) {
      wider.set(this.#tunnels.subarray(i * before, (i + 1) * before), i * this.#stride);
    }
    this.#tunnels = wider;
    wider[session * this.#stride + tunnel]++;
  }
}
