import type { Frame } from "../../captures/frame.ts";
import type { PacketLayer } from "./packets.ts";

export function dissectFrame(_frame: Frame): { line: string; layers: PacketLayer[] } {
  return { line: "", layers: [] };
}
