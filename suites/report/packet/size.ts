import type { Packet } from "./packet.ts";

/** About how many octets of HTML a packet takes up, so that the page can be bounded beforehand. */
export function packetSize({ line, layers, octets }: Packet): number {
  let size = 900 + line.length + octets.length * 4.7;
  for (const { summary, fields } of layers) {
    size += 90 + summary.length;
    for (const { name, value, meaning } of fields) {
      size += 45 + name.length + value.length + (meaning?.length ?? 0);
    }
  }
  return size;
}
