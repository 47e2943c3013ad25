/** Every kind of device: a line each. */
import type { Profile } from "../../../suites/kit/profile.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import type { WorldName } from "../../../suites/kit/world.ts";
import { address } from "./address.ts";
import { captures } from "./captures.ts";
import { container } from "./container.ts";
import { hostInterface } from "./interface.ts";
import type { DeviceKind, KindName } from "./kind.ts";
import { linux } from "./linux.ts";
import { nullDevice } from "./null.ts";
import { program } from "./process.ts";
import { reference } from "./reference.ts";

/** The kinds by the word that a profile's `attach.kind` has. */
export const KINDS: { readonly [Kind in KindName]: DeviceKind<Kind> } = {
  reference,
  process: program,
  linux,
  interface: hostInterface,
  address,
  container,
  null: nullDevice,
  captures,
};

/** The kind of a device. */
export function kindOf<Kind extends KindName>({ kind }: { kind: Kind }): DeviceKind<Kind> {
  return KINDS[kind];
}

/** Why a device cannot play in a world, as a sentence; undefined when it can. */
export function refusal({ name, attach }: Profile, world: WorldName): string | undefined {
  const answer = kindOf(attach).supports(world);
  return answer === true ? undefined : `Cannot play ${name} in the ${world} world as ${answer}`;
}

/** The interfaces of this machine that are lent to a lab with a device. */
export function borrowedBy({ attach }: Profile): readonly string[] {
  const kind = kindOf(attach);
  return kind.plays === "third party" ? kind.borrows?.(attach) ?? [] : [];
}

/** Whether a device needs what only root of this machine may do. */
export function needsRoot({ attach }: Profile): boolean {
  const kind = kindOf(attach);
  return kind.plays === "third party" && kind.needsRoot?.(attach) === true;
}

/** What a device lacks to play a node, as the end of a sentence; undefined where it can. */
export function lackOf({ attach }: Profile, topology: Topology, node: string): string | undefined {
  const kind = kindOf(attach);
  return kind.plays === "third party" ? kind.misses?.(attach, topology, node) : undefined;
}

/** The Debian packages that a device needs in all. */
export function packagesOf({ attach }: Profile): readonly string[] {
  const kind = kindOf(attach);
  return kind.plays === "third party" ? kind.packages(attach) : [];
}
