/** The sessions of one direction: which identity and which tunnels the packets of each took. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { TupleTable } from "./tuples.ts";
import type { WanPacket } from "./wan_packet.ts";
import type { WanSession } from "./wan_types.ts";

/** Deviations that are kept to be shown; the others are counted. */
const SHOWN = 8;

/** Identities that are told apart at most: a device that makes up more must not fill our memory. */
const IDENTITIES = 100_000;

/** What is counted of a session while packets pass; the facts get it at the end. */
interface Tally {
  session: WanSession;
  /** Packets with the session's own identity. */
  own: number;
  /** Packets by tunnel: position of the tunnel in its direction's list, and count, in turn. */
  tunnels: number[];
}

/** Collects the sessions of one direction, without an object per packet. */
export class Sessions {
  readonly list: WanSession[] = [];
  /** Identities of all packets with the number of packets; complete after `settle`. */
  readonly identities = new Map<string, number>();
  readonly #tuples = new TupleTable();
  readonly #tallies: Tally[] = [];
  /** More flows than are kept; what they did is not known. */
  overflow = false;

  /**
   * The session of the inner datagram that was walked; undefined when there are too many.
   * @param bytes Where that datagram lies.
   */
  find(packet: WanPacket, bytes: Uint8Array): WanSession | undefined {
    const tuple = this.#tuples.index(bytes, packet.inner);
    if (tuple < 0) {
      this.overflow = true;
      return undefined;
    }
    return this.list[tuple] ?? this.#begin(tuple, packet);
  }

  /**
   * Accounts for a packet of a session.
   * @param tunnel Position of its tunnel among those of the direction.
   */
  account(session: WanSession, packet: WanPacket, tunnel: number): void {
    const { reader, time } = packet;
    const tally = this.#tallies[session.tuple];
    session.packets++;
    if (time > session.lastTime) session.lastTime = time;
    countTunnel(tally.tunnels, tunnel);
    if (reader.kind === IdentityKind.none) {
      session.untagged++;
      session.firstUntagged ??= packet.ref();
      return;
    }
    const { identityHigh: high, identityLow: low } = reader;
    if (session.high === high && session.low === low) {
      tally.own++;
      // Taps are read one after the other: the earliest packet says what the first identity was.
      if (time < session.firstTime) {
        session.firstTime = time;
        session.first = packet.ref();
      }
    } else if (session.high < 0) {
      session.high = high;
      session.low = low;
      session.identity = identityText(high, low);
      session.first = packet.ref();
      session.firstTime = time;
      tally.own++;
      this.#count(session.identity, 0);
    } else this.#deviate(session, identityText(high, low), packet);
  }

  /** Fills the facts in from the tallies; call it once, after the last packet. */
  settle(tunnelKeys: readonly number[]): void {
    for (const { session, own, tunnels } of this.#tallies) {
      if (own > 0) this.#count(session.identity, own);
      for (let i = 0; i < tunnels.length; i += 2) {
        session.tunnels.set(tunnelKeys[tunnels[i]], tunnels[i + 1]);
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

  #begin(tuple: number, packet: WanPacket): WanSession {
    const tuples = this.#tuples, { time } = packet;
    const session: WanSession = {
      ...{ flow: tuples.text(tuple), tuple, protocol: tuples.protocol(tuple) },
      ...{ dscp: tuples.dscp(tuple), to: "", identity: "", changes: [], changed: 0, untagged: 0 },
      ...{ packets: 0, tunnels: new Map(), first: packet.ref() },
      ...{ firstTime: time, lastTime: time, high: -1, low: -1 },
    };
    this.#tallies[tuple] = { session, own: 0, tunnels: [] };
    return this.list[tuple] = session;
  }

  #count(identity: string, packets: number) {
    const { identities } = this;
    const before = identities.get(identity);
    if (before !== undefined) identities.set(identity, before + packets);
    else if (identities.size < IDENTITIES) identities.set(identity, packets);
  }
}

/** Adds one to the count of a tunnel in a list of positions and counts. */
function countTunnel(tunnels: number[], tunnel: number): void {
  for (let i = 0; i < tunnels.length; i += 2) {
    if (tunnels[i] === tunnel) {
      tunnels[i + 1]++;
      return;
    }
  }
  // A session of a hostile capture might take each packet through a tunnel of its own.
  if (tunnels.length < 128) tunnels.push(tunnel, 1);
}

/** An identity in hexadecimal without leading zeros. */
export function identityText(high: number, low: number): string {
  const text = high.toString(16) + low.toString(16).padStart(8, "0");
  return text.replace(/^0+(?=.)/, "");
}
