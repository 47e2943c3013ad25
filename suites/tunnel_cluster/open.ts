/** What nobody judges yet: see `suites/l2tp/open.ts`. */
import type { TunnelClusterId } from "./requirements.ts";

/** Open requirements, with the roles for which they are open. */
export const OPEN: Partial<Record<TunnelClusterId, readonly string[]>> = {};
