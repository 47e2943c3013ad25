/** What nobody judges yet: see `suites/l2tp/open.ts`. */
import type { TunnelClusterId } from "./requirements.ts";

/** Open requirements, with the roles for which they are open. */
export const OPEN: Partial<Record<TunnelClusterId, readonly string[]>> = {
  // The machines are tested on arbitrary octets and on fragments; no scenario sends them.
  "TCL-082": ["initiator", "master", "endpoint", "nat"],
};
