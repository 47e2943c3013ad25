import { profileHash } from "../../../suites/engine/plan.ts";
import type { Profile } from "../../../suites/kit/profile.ts";

/**
 * The devices of third parties that have played in a lab. What one has left in the kernel of its node,
 * such as rules, routes or settings, would act in the place of who comes after it.
 */
export class Guests {
  /** Hashes of profiles, by node. */
  readonly #known = new Map<string, string>();

  /** A device plays at a node. */
  add(node: string, profile: Profile): void {
    this.#known.set(node, profileHash(profile));
  }

  /** Whether each of their nodes is again that device's, and nobody else's. */
  areOnly(profiles: Readonly<Record<string, Profile>>): boolean {
    return [...this.#known].every(([node, hash]) =>
      profiles[node] !== undefined && profileHash(profiles[node]) === hash
    );
  }

  /** Forgets them, as their lab is no more. */
  clear(): void {
    this.#known.clear();
  }
}
