/** What the judges of a pair of captures work with. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { PairDeclaration, PairDirection } from "./declaration.ts";
import type { Flows } from "./flows.ts";
import type { Ledger } from "./ledger.ts";
import type { Matching } from "./matching.ts";
import type { Twins } from "./twins.ts";

/** What the judges of a pair work with. */
export interface PairSetting {
  /** That which is declared, or else shown. */
  readonly direction: PairDirection;
  readonly declaration: PairDeclaration;
  readonly matching: Matching;
  readonly flows: Flows;
  readonly ledger: Ledger;
  /** Of the parts, and of the wholes. */
  readonly twins: Twins;
  readonly wholeTwins: Twins;
  /** The frame of a whole, and of a part. */
  whole(row: number): FrameRef;
  part(row: number): FrameRef;
}

/** A frame in a sentence. */
export const named = ({ capture, number }: FrameRef): string => `frame ${number} of ${capture}`;

/** Control bits as Wireshark writes them. */
export function controlBits(flags: number): string {
  const names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
  return names.filter((_, i) => (flags >> i & 1) === 1).join("+") || "no control bit";
}
