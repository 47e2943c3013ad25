/** What nobody judges yet: see `suites/l2tp/open.ts`. */
import type { TunnelClusterId } from "./requirements.ts";

/** Open requirements, with the roles for which they are open. */
export const OPEN: Partial<Record<TunnelClusterId, readonly string[]>> = {
  // Rows of the initiator: its trace does not tell them yet.
  "TCL-042": ["initiator"],
  "TCL-044": ["initiator"],
  // No world of ours lets the master address move to another device; the machines are tested.
  "TCL-077": ["master", "endpoint"],
  // The machines are tested on arbitrary octets and on fragments; no scenario sends them.
  "TCL-082": ["initiator", "master", "endpoint", "nat"],
};
