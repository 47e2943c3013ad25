/** The sessions of one direction: which identity and which tunnels the packets of each took. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { TupleTable } from "./tuples.ts";
import type { WanPacket } from "./wan_packet.ts";
import type { WanSession } from "./wan_types.ts";

/** Deviations that are kept to be shown; the others are counted. */
const SHOWN = 8;

/** Identities that are told apart at most: a device that makes up more must not fill our memory. */
const IDENTITIES = 100_000;

/** Tunnels whose packets are counted for each session. */
const TUNNELS = 64;

/**
 * What is counted of a session while packets pass: eight numbers in a row, which is one line of a
 * processor's cache. The facts get it at the end.
 */
const PACKETS = 0, OWN = 1, LAST = 2, FIRST = 3, HIGH = 4, LOW = 5, TO = 6, UNTAGGED = 7;
const COUNTED = 8;

/** Collects the sessions of one direction, without an object per packet. */
export class Sessions {
  /** Complete after `settle`, as are the identities. */
  readonly list: WanSession[] = [];
  /** Identities of all packets with the number of packets. */
  readonly identities = new Map<string, number>();
  /** More flows than are kept; what they did is not known. */
  overflow = false;
  readonly #tuples = new TupleTable();
  #counted = new Float64Array(COUNTED * 64);
  /** Packets of each session by tunnel: `#stride` numbers for each. */
  #tunnels = new Uint32Array(64 * 8);
  #stride = 8;

  /**
   * The number of the session of the inner datagram that was walked; -1 when there are too many.
   * @param bytes Where that datagram lies.
   */
  find(packet: WanPacket, bytes: Uint8Array): number {
    const session = this.#tuples.index(bytes, packet.inner);
    if (session < 0) this.overflow = true;
    else if (session === this.list.length) this.#begin(session, packet);
    return session;
  }

  /**
   * Accounts for a packet of a session.
   * @param tunnel Position of its tunnel among those of the direction.
   */
  account(session: number, packet: WanPacket, tunnel: number): void {
    const { reader, time } = packet;
    const counted = this.#counted, at = session * COUNTED;
    counted[at + PACKETS]++;
    counted[at + TO] = packet.to;
    if (time > counted[at + LAST]) counted[at + LAST] = time;
    if (tunnel < this.#stride) this.#tunnels[session * this.#stride + tunnel]++;
    else if (tunnel < TUNNELS) this.#widen(session, tunnel);
    if (reader.kind === IdentityKind.none) {
      counted[at + UNTAGGED]++;
      if (counted[at + UNTAGGED] === 1) this.list[session].firstUntagged = packet.ref();
      return;
    }
    const { identityHigh: high, identityLow: low } = reader;
    if (counted[at + HIGH] === high && counted[at + LOW] === low) {
      counted[at + OWN]++;
      // Taps are read one after the other: the earliest packet says what the first identity was.
      if (time < counted[at + FIRST]) {
        counted[at + FIRST] = time;
        this.list[session].first = packet.ref();
      }
    } else if (counted[at + HIGH] < 0) {
      counted[at + HIGH] = high;
      counted[at + LOW] = low;
      counted[at + FIRST] = time;
      counted[at + OWN]++;
      this.list[session].first = packet.ref();
      this.#count(identityText(high, low), 0);
    } else this.#deviate(this.list[session], identityText(high, low), packet);
  }

  /**
   * Fills the facts in from what was counted; call it once, after the last packet.
   * @param tunnelKeys Keys of the tunnels by position.
   * @param names Names of the devices by index.
   */
  settle(tunnelKeys: readonly number[], names: readonly string[]): void {
    const counted = this.#counted;
    for (const [i, session] of this.list.entries()) {
      const at = i * COUNTED;
      session.packets = counted[at + PACKETS];
      session.untagged = counted[at + UNTAGGED];
      session.firstTime = counted[at + FIRST];
      session.lastTime = counted[at + LAST];
      session.to = names[counted[at + TO]] ?? "";
      session.high = counted[at + HIGH];
      session.low = counted[at + LOW];
      if (session.high >= 0) {
        session.identity = identityText(session.high, session.low);
        this.#count(session.identity, counted[at + OWN]);
      }
      for (let tunnel = 0; tunnel < this.#stride; tunnel++) {
        const packets = this.#tunnels[i * this.#stride + tunnel];
        if (packets > 0) session.tunnels.set(tunnelKeys[tunnel], packets);
      }
    }
  }

  #deviate(session: WanSession, identity: string, packet: WanPacket) {
    session.changed++;
    if (session.changes.length < SHOWN) {
      session.changes.push({ identity, frame: packet.ref() });
    }
    this.#count(identity, 1);
  }

  #begin(session: number, packet: WanPacket) {
    const tuples = this.#tuples, { time } = packet;
    this.list.push({
      ...{ flow: tuples.text(session), tuple: session, protocol: tuples.protocol(session) },
      ...{ dscp: tuples.dscp(session), to: "", identity: "", changes: [], changed: 0, untagged: 0 },
      ...{ packets: 0, tunnels: new Map(), first: packet.ref() },
      ...{ firstTime: time, lastTime: time, high: -1, low: -1 },
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
    this.#counted.set([0, 0, time, time, -1, -1, -1, 0], at);
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

  #count(identity: string, packets: number) {
    const { identities } = this;
    const before = identities.get(identity);
    if (before !== undefined) identities.set(identity, before + packets);
    else if (identities.size < IDENTITIES) identities.set(identity, packets);
  }
}

/** An identity in hexadecimal without leading zeros. */
export function identityText(high: number, low: number): string {
  const text = high.toString(16) + low.toString(16).padStart(8, "0");
  return text.replace(/^0+(?=.)/, "");
}
