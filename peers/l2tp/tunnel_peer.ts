/** What is known of a tunnel before its first message. */
import type { Endpoint } from "../machine.ts";

/** Whether a tunnel lives, waits for its StopCCN to be acknowledged, or acknowledges repetitions. */
export type TunnelPhase = "open" | "closing" | "lingering" | "gone";

/** Who is at the other end. */
export interface TunnelPeer {
  /** Own port. */
  port: string;
  /** The address that was dialled, or that an SCCRQ is answered to. */
  remote: Endpoint;
  /** Where the peer's messages come from, as far as is known. */
  source: Endpoint;
}
