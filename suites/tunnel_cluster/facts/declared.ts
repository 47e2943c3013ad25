/** What the devices of a cluster declare of the choices that source 004 leaves open. */
import type { Evidence } from "../../kit/evidence.ts";
import type { ParameterValue } from "../../kit/parameters.ts";
import type { TunnelClusterParameter } from "../parameters.ts";

/**
 * A choice that a device declares; undefined where it declares none. What a lab would have it do is a
 * declaration of our own peers alone, which do as they are told.
 * @param otherwise What these do where nothing tells them.
 */
export function declaredBy(
  { nodes }: Evidence,
  node: string,
  name: TunnelClusterParameter,
  otherwise?: ParameterValue,
): unknown {
  const setup = nodes[node], profile = setup?.profile;
  const own = profile?.parameters[name];
  if (own !== undefined || profile?.attach.kind !== "reference") return own;
  return (setup.config as Record<string, unknown> | undefined)?.[name] ?? otherwise;
}
