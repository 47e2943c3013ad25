/** Every kind of device: a line each. */
import type { Profile } from "../../../suites/kit/profile.ts";
import type { WorldName } from "../../../suites/kit/world.ts";
import { captures } from "./captures.ts";
import { container } from "./container.ts";
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

/** The Debian packages that a device needs in all. */
export function packagesOf({ attach }: Profile): readonly string[] {
  const kind = kindOf(attach);
  return kind.plays === "third party" ? kind.packages(attach) : [];
}
