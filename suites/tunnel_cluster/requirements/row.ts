import type { RequirementOf, Words } from "../../kit/words.ts";
import type { TunnelClusterClass } from "./classes.ts";

/** The devices that source 004 speaks of: 30 and 40, 154, 170 and 270, 160. */
export type TunnelClusterRole = "initiator" | "master" | "endpoint" | "nat";

/** Rows of the catalogue by their ids, in the words of this suite. */
export type Rows = Readonly<
  Record<
    string,
    RequirementOf<
      Omit<Words, "requirement"> & { class: TunnelClusterClass; role: TunnelClusterRole }
    >
  >
>;
