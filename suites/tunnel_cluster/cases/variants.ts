/** How the legal variants of this suite are written. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import type { LegalVariant } from "../../kit/legal_variant.ts";
import { kit, type TunnelClusterRole } from "../vocabulary.ts";

/** A legal variant of this suite. */
export type ClusterVariant = LegalVariant<TunnelClusterOverrides>;

/** One legal variant of one role. */
export function variant(
  role: TunnelClusterRole,
  name: string,
  title: string,
  source: string,
  rules: TunnelClusterOverrides,
  more: Pick<ClusterVariant, "lacks" | "parameters"> = {},
): ClusterVariant {
  return kit.legalVariant({ role, name, title, source, rules, ...more });
}
