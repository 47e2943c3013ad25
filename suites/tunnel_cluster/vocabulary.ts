/** The words of this suite, so that one that does not exist does not compile. */
import type { TunnelClusterOverrides } from "../../peers/tunnel_cluster/overrides.ts";
import { kitOf, type Words } from "../kit/words.ts";
import { type Provenance, provenanceControl } from "./facts/provenance.ts";
import type { TunnelClusterId } from "./requirements.ts";
import type { TunnelClusterClass } from "./requirements/classes.ts";
import type { TunnelClusterRole } from "./requirements/row.ts";

export type { TunnelClusterClass, TunnelClusterId, TunnelClusterRole };

/** Devices of the labs: see `topologies.ts` and `data_path_topologies.ts`. */
export type TunnelClusterNode =
  | "initiator"
  | "initiator2"
  | "initiator3"
  | "master"
  | "nat"
  | `endpoint${1 | 2 | 3}`;

/** Trace events that scenarios wait for; the last two are marks of their scripts. */
export type TunnelClusterEvent =
  | "call_ended"
  | "follows"
  | "ppp_up"
  | "script_done"
  | "took_over"
  | "yielded"
  | "first_up"
  | "replied";

/** What a suite of clustered L2TP is written with. */
export interface TunnelClusterWords extends Words {
  requirement: TunnelClusterId;
  role: TunnelClusterRole;
  class: TunnelClusterClass;
  node: TunnelClusterNode;
  event: TunnelClusterEvent;
  rules: TunnelClusterOverrides;
}

/** The makers of cases, invariants, scenarios, mutants and legal variants. */
export const kit = kitOf<TunnelClusterWords, Provenance>("tunnel_cluster", provenanceControl);
