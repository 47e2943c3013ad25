/** The datagrams of scenarios that are to leave a card as they came, known by their octets. */
import { crc32 } from "node:zlib";
import { allNearPackets } from "./near_tunnels.ts";
import { ordinary } from "./receive_bursts.ts";
import { passedOn, pushedOthers } from "./recognition.ts";
import type { Way } from "./shape.ts";

/** One of them. */
export interface Expected {
  /** What it shows: `not_recognised`, `cut_short`, … */
  group: string;
  way: Way;
  /** Its own: length and checksum of its octets. */
  key: string;
}

const keyOf = (octets: Uint8Array) => `${octets.length}/${crc32(octets)}`;

/** By key; made when it is first asked for. */
let known: Map<string, Expected> | undefined;
const lengths = new Set<number>();

function expectations(): Map<string, Expected> {
  if (known !== undefined) return known;
  known = new Map();
  for (const way of ["receive", "send"] as const) {
    const groups: Record<string, Uint8Array[]> = {
      ...passedOn(way),
      ...allNearPackets(way),
      pushed: pushedOthers(way),
    };
    if (way === "receive") groups.ordinary = [...ordinary(4), ...ordinary(6)];
    for (const [group, packets] of Object.entries(groups)) {
      for (const packet of packets) {
        const key = keyOf(packet);
        lengths.add(packet.length);
        known.set(key, { group, way, key });
      }
    }
  }
  return known;
}

/** The datagram that has these octets; undefined where it is none of them. */
export function expectedOf(octets: Uint8Array): Expected | undefined {
  const all = expectations();
  return lengths.has(octets.length) ? all.get(keyOf(octets)) : undefined;
}
