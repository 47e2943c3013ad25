import { CORE_FIGURES } from "./cores.ts";
import { REORDERING_FIGURES } from "./reordering.ts";
import { TUNNEL_FIGURES } from "./tunnels.ts";

/** The plots of this suite. */
export const CORE_IDENTITY_FIGURES = [...CORE_FIGURES, ...TUNNEL_FIGURES, ...REORDERING_FIGURES];
