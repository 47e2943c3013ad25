/** The endpoints as the master knows them: registration, load status, service (L102-L104). */
import { CLUSTER_PORT } from "../../captures/wire/udp_port.ts";
import type { Endpoint } from "../machine.ts";

/** One endpoint. Times in milliseconds. */
export interface Member {
  member: number;
  /** Whether it is registered and has not left. */
  registered: boolean;
  /** Whether it is known from the configuration alone, and has not registered. */
  standing: boolean;
  /** Where requests for it go: its address on the cluster's network. */
  localAddress: string;
  /** Where messages for it go. */
  at: Endpoint;
  /** Load in hundredths of a per cent, as last reported, and tunnels that it counts as 100 per cent. */
  load: number;
  capacity: number;
  reportedAt: number;
  /** Sequence number of its last message: older ones are out of date. */
  sequence: number;
  draining: boolean;
  inactive: boolean;
  /** Inactivated by the master. */
  deactivated: boolean;
  /** Requests forwarded since the last report. */
  forwarded: number;
  /** Requests in its bucket at `bucketAt`. */
  bucket: number;
  bucketAt: number;
  /** When the latest heartbeat that it confirmed was sent; -Infinity for none. */
  confirmed: number;
}

/** Endpoints of a cluster at most. */
const MEMBERS = 1024;

/** Endpoints by their member number, in its order. */
export class Registry {
  readonly #members = new Map<number, Member>();
  #ordered: Member[] = [];

  /** All members that ever registered, in the order of their numbers. */
  all(): readonly Member[] {
    return this.#ordered;
  }

  get(member: number): Member | undefined {
    return this.#members.get(member);
  }

  /** Whether a member is known, or may become it: registrations are bounded. */
  hasRoomFor(member: number): boolean {
    return this.#members.has(member) || this.#members.size < MEMBERS;
  }

  /** Registers an endpoint, or one again that comes back. */
  register(member: number, localAddress: string, at: Endpoint, capacity: number, now: number) {
    const known = this.#members.get(member);
    const entry: Member = {
      ...{
        member,
        registered: true,
        standing: false,
        localAddress,
        at,
        load: 0,
        capacity,
        reportedAt: now,
      },
      ...{ sequence: 0, draining: false, inactive: false },
      deactivated: known?.deactivated ?? false,
      // Who registers again, perhaps as no answer had come yet, has not worked off what was sent to it.
      ...{ forwarded: 0, bucket: known?.bucket ?? 0, bucketAt: known?.bucketAt ?? now },
      confirmed: known?.confirmed ?? -Infinity,
    };
    return this.#set(entry);
  }

  /** Enters an endpoint that need not register. @param load In hundredths of a per cent. */
  stand(member: number, localAddress: string, capacity: number, load: number) {
    const at = { address: localAddress, port: CLUSTER_PORT };
    const entry = this.register(member, localAddress, at, capacity, 0);
    return this.#set({ ...entry, standing: true, load });
  }

  #set(entry: Member): Member {
    this.#members.set(entry.member, entry);
    this.#ordered = [...this.#members.values()].sort((a, b) => a.member - b.member);
    return entry;
  }
}

/** A small hash (FNV-1a) of a text, for rendezvous hashing: 32 bits. */
export function hashOf(text: string): number {
  return hashOfOctets(new TextEncoder().encode(text));
}

/** The same hash of octets. */
export function hashOfOctets(octets: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < octets.length; i++) hash = Math.imul(hash ^ octets[i], 0x01000193);
  hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d);
  return (hash ^ hash >>> 13) >>> 0;
}
