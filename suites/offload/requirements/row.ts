import type { RequirementOf, Words } from "../../kit/words.ts";
import type { OffloadClass } from "./classes.ts";

/** The devices that source 002 speaks of: network interface cards, and those at the edge of a cloud. */
export type OffloadRole = "nic" | "encapsulator" | "decapsulator";

/** Rows of the catalogue by their ids, in the words of this suite. */
export type Rows = Readonly<
  Record<
    string,
    RequirementOf<Omit<Words, "requirement"> & { class: OffloadClass; role: OffloadRole }>
  >
>;

const NIC = { binds: ["nic"] } as const;

/** What binds a NIC that declares one class. */
export function must<const C extends OffloadClass>(...classes: readonly C[]) {
  return { level: "MUST", ...NIC, classes } as const;
}

/** What a NIC should do that declares one class. */
export function should<const C extends OffloadClass>(...classes: readonly C[]) {
  return { level: "SHOULD", ...NIC, classes } as const;
}

/** What the source lets a NIC do, and binds one that declares it. */
export function may<const C extends OffloadClass>(...classes: readonly C[]) {
  return { level: "MAY", ...NIC, classes } as const;
}
